// Classes of the same name carry their index, wherever they are named.

type Named = { readonly index: number; readonly name: string };

/** Names that more than one class has. */
export function repeatedNames(classes: readonly Named[]): Set<string> {
  const seen = new Set<string>();
  return new Set(classes.map(({ name }) => name).filter((name) => seen.has(name) || !seen.add(name)));
}

/** The answer with "crane (134)" in place of "crane" in every class of such a name; the same object where there is none. */
export function tellApart<T>(answer: T, repeated: ReadonlySet<string>): T {
  return repeated.size === 0 ? answer : (renamed(answer, repeated) as T);
}

function renamed(value: unknown, repeated: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, repeated));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, renamed(item, repeated)] as const);
  const copy = Object.fromEntries(entries) as Record<string, unknown>;
  const { index, name } = copy;
  if (typeof index === "number" && typeof name === "string" && repeated.has(name)) copy["name"] = `${name} (${index})`;
  return copy;
}
