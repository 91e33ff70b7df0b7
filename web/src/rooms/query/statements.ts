// Statements that were run, and those that somebody kept under a name, in this browser.

export interface Statement {
  readonly statement: string;
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
  const { statement, name } = value as Partial<Record<keyof Statement, unknown>>;
  return typeof statement === "string" && (name === null || typeof name === "string");
}

/** With a statement that was run just now. */
export function withRun(list: readonly Statement[], statement: string): Statement[] {
  if (list.some((item) => item.name !== null && item.statement === statement)) return [...list];
  return ordered([{ statement, name: null }, ...list.filter((item) => item.statement !== statement)]);
}

/** With a statement kept under a name, or with null no longer kept. */
export function withName(list: readonly Statement[], statement: string, name: string | null): Statement[] {
  return ordered([{ statement, name }, ...list.filter((item) => item.statement !== statement)]);
}

function ordered(list: readonly Statement[]): Statement[] {
  const kept = list.filter(({ name }) => name !== null).sort((a, b) => a.name!.localeCompare(b.name!, "en"));
  return [...kept, ...list.filter(({ name }) => name === null).slice(0, MOST)];
}

export function writeStatements(storage: Storage | null, list: readonly Statement[]): void {
  try {
    storage?.setItem(KEY, JSON.stringify(list));
  } catch {
    // full, or switched off: they last as long as the page
  }
}
