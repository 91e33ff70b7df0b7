// What people ask, in plain words: each question is a stored query, with a sentence in place of its form.
import type { Values } from "../../parameters";
import type { State } from "../../state";
import { columnOf } from "../../table";
import type { Model, Table } from "../../types";
import questions from "./questions.json?apart";

export interface Question {
  readonly query: string; // the stored query that answers it
  readonly words: string; // its parameters stand between braces, {class}, or an item of a list, {classes 0}
  readonly isOfGroups?: true; // its answer is made of groups, which it does not name
  readonly given?: Values; // parameters that are not as in the query's example
  readonly empty?: string; // what stands in a blank without a value, which may be left so
  readonly columns: Readonly<Record<string, string>>; // of the answer that are shown, with their heads, where parameters may stand, too
}

export const QUESTIONS = JSON.parse(questions) as readonly Question[];

/** Whether a question is asked in plain words: `plain` of the address says nothing about a query that has none. */
export const isPlain = ({ plain, query }: Pick<State, "plain" | "query">): boolean => plain && questionOf(query) !== null;

export const questionOf = (query: string | null): Question | null => QUESTIONS.find((question) => question.query === query) ?? null;

/** A parameter that stands in a sentence: all of it, or an item of a list. */
export interface Blank {
  readonly name: string;
  readonly item: number | null;
}

/** "Which classes use {channel}?" as words and blanks in turn. */
export function partsOf(words: string): (string | Blank)[] {
  return words.split(/[{}]/).map((part, k) => {
    if (k % 2 === 0) return part;
    const [name = "", item] = part.split(" ");
    return { name, item: item === undefined ? null : Number(item) };
  });
}

/** How many groups a model must have for a question to make sense. */
export function groupsNeeded({ words, isOfGroups }: Question): number {
  const named = partsOf(words).filter((part) => typeof part !== "string" && (part.name === "group" || part.name === "against"));
  return isOfGroups ? 1 : named.length;
}

/** The sentence with what stands in its blanks. */
export const fill = (words: string, say: (blank: Blank) => string): string => partsOf(words).map((part) => (typeof part === "string" ? part : say(part))).join("");

/** What stands in a blank, of the values of all parameters. */
export function valueOf({ name, item }: Blank, values: Values): unknown {
  const value = values[name];
  return item === null || !Array.isArray(value) ? value : (value[item] as unknown);
}

/** The parameter's value with another in the blank. */
export function withValue({ name, item }: Blank, values: Values, value: unknown): unknown {
  const list = values[name];
  if (item === null || !Array.isArray(list)) return value;
  const next: unknown[] = [...list];
  next[item] = value;
  return next;
}

/** The answer as it is told: its columns under plain heads, and an index of a class as its id. */
export function plainly({ query, columns }: Question, table: Table, head: (words: string) => string, { id }: Model): Pick<Table, "columns" | "rows"> {
  const kept = Object.entries(columns).map(([name, words]) => ({ k: columnOf(table, name), words }));
  const value = (of: unknown, k: number) => (query === "changes_of_company" && table.columns[k] === "class" ? `${id}/${String(of)}` : of);
  return { columns: kept.map(({ words }) => head(words)), rows: table.rows.map((row) => kept.map(({ k }) => value(row[k], k))) };
}
