// Names of layers, short enough for a map, and of channels, short enough for a graph.

/** Names without what they all begin with: mixed3a ... mixed5b become 3a ... 5b. */
export function shortener(layers: readonly { readonly name: string }[]): (name: string) => string {
  const [first = ""] = layers.map((layer) => layer.name);
  let common = layers.length > 1 ? first.length : 0;
  for (const { name } of layers) while (!name.startsWith(first.slice(0, common))) common--;
  common = first.slice(0, common).replace(/\d+$/, "").length; // never into a number
  return (name) => name.slice(common) || name;
}

const LETTER = 6.6; // px of one below a picture
const [FEWEST, MOST] = [3, 9]; // letters

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A channel's name as it fits below its picture, between those of its row; the whole one is in the details. */
export function nameBelow(name: string | null, { x, y }: Place, places: readonly Place[]): string | null {
  if (name === null) return null;
  const beside = places.filter((other) => other.y === y && other.x !== x).map((other) => Math.abs(other.x - x));
  const most = Math.max(FEWEST, Math.floor(Math.min(...beside, MOST * LETTER) / LETTER));
  const letters = [...name];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : name;
}
