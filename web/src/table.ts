// The values of a result: as words, in order, and as CSV.
import { type Ids, isChannelId, linkOf } from "./ids";
import { printJson } from "./json";
import { edgeId } from "./layout/scene";
import type { MotifEdge, Table } from "./types";

export type Rows = Pick<Table, "columns" | "rows">;

/** The place of a column that must be there. */
export function columnOf({ columns }: Pick<Table, "columns">, name: string): number {
  const at = columns.indexOf(name);
  if (at < 0) throw new Error(`The answer has no column ${name}: it has ${columns.join(", ") || "none"}.`);
  return at;
}

/** Rows by the names of their columns, all of which must be there. */
export function rowsOf<Name extends string>(table: Rows, ...names: readonly Name[]): Readonly<Record<Name, unknown>>[] {
  const places = names.map((name) => [name, columnOf(table, name)] as const);
  return table.rows.map((row) => Object.fromEntries(places.map(([name, at]) => [name, row[at]])) as Record<Name, unknown>);
}

export const wordOf = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? printJson(value) : String(value);

export const isNumber = (value: unknown): value is number | bigint => typeof value === "number" || typeof value === "bigint";

/** Numbers by size, words by the alphabet, nothing last. */
export function compare(a: unknown, b: unknown): number {
  if (a == null || b == null) return a == null ? (b == null ? 0 : 1) : -1;
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : a > b ? 1 : 0;
  return wordOf(a).localeCompare(wordOf(b), "en", { numeric: true });
}

/** With the names that somebody gave to channels, each behind the column of ids that has some. own  null: none */
export function withNames({ columns, rows }: Rows, own: (id: string) => string | null): Rows {
  const named = (value: unknown) => (typeof value === "string" && value.includes("/") ? own(value) : null);
  const has = columns.map((_, k) => rows.some((row) => named(row[k]) !== null));
  return {
    columns: columns.flatMap((column, k) => (has[k] ? [column, column === "id" ? "name" : `${column} name`] : [column])),
    rows: rows.map((row) => row.flatMap((value, k) => (has[k] ? [value, named(value)] : [value]))),
  };
}

export function toCsv({ columns, rows }: Rows): string {
  const quoted = (value: unknown) => {
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : wordOf(value); // not a formula of a spreadsheet
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => row.map(quoted).join(",")).join("\n") + "\n";
}

/** Two columns of channels, read as edges from the first to the second; null where the answer has no such columns. */
export function edgesOf({ columns, rows }: Rows, ids: Ids): MotifEdge[] | null {
  if (!rows.length) return null;
  const channels = columns.map((_, k) => k).filter((k) => rows.every((row) => isChannelId(row[k], ids)));
  const [source, target] = channels;
  if (channels.length !== 2 || source === undefined || target === undefined) return null;
  const edges = rows.map((row): MotifEdge => ({ source: String(row[source]), target: String(row[target]), weight: 1, share: null }));
  return [...new Map(edges.map((edge) => [edgeId(edge.source, edge.target), edge])).values()];
}

/** The channels and classes that the values of a result name, each once, in the order of its rows. */
export function idsIn({ rows }: Rows, ids: Ids): { readonly channels: string[]; readonly classes: number[] } {
  const words = new Set(rows.flat(2).filter((value) => typeof value === "string"));
  const known = [...words].map((id) => [id, linkOf(id, ids)] as const);
  return {
    channels: known.filter(([, change]) => change?.channel != null).map(([id]) => id),
    classes: known.flatMap(([, change]) => (change?.class == null ? [] : [change.class])),
  };
}

/** The columns of numbers, of which a row may lack one. */
export function numbersIn({ columns, rows }: Rows): number[] {
  const isOne = (k: number) => rows.every((row) => row[k] == null || isNumber(row[k])) && rows.some((row) => isNumber(row[k]));
  return columns.map((_, k) => k).filter(isOne);
}
