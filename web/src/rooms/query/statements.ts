import { must } from "../../must";

// Statements that were run, and those that somebody kept under a name, in this browser.

export interface Statement {
  readonly statement: string;
  readonly args: string | null; // its parameters, as JSON
  readonly name: string | null; // null: only run
}

const KEY = "summit-statements";
const MOST = 30; // of those that were only run

/** The kept ones by name, then the others, latest first. */
export function readStatements(storage: Storage | null): Statement[] {
  try {
    const found: unknown = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isStatement) : [];
  } catch {
    return []; // somebody else's
  }
}

function isStatement(value: unknown): value is Statement {
  if (typeof value !== "object" || value === null) return false;
  const { statement, args, name } = value as Partial<Record<keyof Statement, unknown>>;
  return typeof statement === "string" && isWord(args) && isWord(name);
}

const isWord = (value: unknown): boolean => value === null || typeof value === "string";

/** With a statement that was run just now; one that is kept stays kept. */
export function withRun(list: readonly Statement[], statement: string, args: string | null): Statement[] {
  const kept = list.find((item) => item.statement === statement && item.name !== null);
  return withStatement(list, { statement, args, name: kept?.name ?? null });
}

/** With a statement kept under a name, or with null no longer kept; a blank one is not kept. */
export function withStatement(list: readonly Statement[], next: Statement): Statement[] {
  if (next.statement.trim() === "") return [...list];
  const all = [next, ...list.filter(({ statement }) => statement !== next.statement)];
  const kept = all.filter(({ name }) => name !== null).sort((a, b) => must(a.name).localeCompare(must(b.name), "en"));
  return [...kept, ...all.filter(({ name }) => name === null).slice(0, MOST)];
}

export function writeStatements(storage: Storage | null, list: readonly Statement[]): void {
  try {
    storage?.setItem(KEY, JSON.stringify(list));
  } catch {
    // full, or switched off: they last as long as the page
  }
}
