// Layers' names, short enough for a map.

/** Names without what they all begin with: mixed3a ... mixed5b become 3a ... 5b. */
export function shortener(layers: readonly { readonly name: string }[]): (name: string) => string {
  const [first = ""] = layers.map((layer) => layer.name);
  let common = layers.length > 1 ? first.length : 0;
  for (const { name } of layers) while (!name.startsWith(first.slice(0, common))) common--;
  while (common > 0 && /[\d]/.test(first[common - 1]!)) common--; // never into a number
  return (name) => name.slice(common) || name;
}
