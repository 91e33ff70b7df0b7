// What people ask, in plain words: each question is a stored query, with a sentence in place of its form.
import type { Values } from "../../parameters";
import type { State } from "../../state";
import { columnOf } from "../../table";
import type { Model, Table } from "../../types";

export interface Question {
  readonly query: string; // the stored query that answers it
  readonly words: string; // its parameters stand between braces, {class}, or an item of a list, {classes 0}
  readonly isOfGroups?: true; // its answer is made of groups, which it does not name
  readonly given?: Values; // parameters that are not as in the query's example
  readonly empty?: string; // what stands in a blank without a value, which may be left so
  readonly columns: Readonly<Record<string, string>>; // of the answer that are shown, with their heads, where parameters may stand, too
}

export const QUESTIONS: readonly Question[] = [
  { query: "channel_classes", words: "Which classes use {channel}?", given: { limit: 50 }, columns: { class: "class", count: "count", pagerank: "PageRank" } },
  { query: "channel_groups", words: "Which groups of classes is {channel} typical of?", isOfGroups: true, columns: { name: "group", classes: "classes that have it", size: "classes of the group", lift: "times the average" } },
  { query: "channel_companions", words: "What usually comes with {channel}?", columns: { companion: "channel", together: "classes with both", classes: "classes with it", jaccard: "Jaccard index" } },
  { query: "suggested_names", words: "Which channels have {search} in their suggested name?", isOfGroups: true, given: { search: null, limit: 50 }, empty: "anything", columns: { channel: "channel", name: "name", together: "classes of that name", classes: "classes that use it", q: "q" } },
  { query: "common_channels", words: "Which channels do nearly all classes use?", columns: { channel: "channel", classes: "classes", share: "share of classes", mean_count: "mean count" } },
  { query: "similar_classes", words: "Which classes are most like {class}?", given: { layer: null, limit: 20 }, columns: { class: "class", similarity: "similarity" } },
  { query: "distant_relatives", words: "Which unrelated classes share most with {class}?", columns: { class: "class", shared: "channels in common", surprise: "surprise" } },
  { query: "rarest_shared_channels", words: "What do {class} and {other} have in common that few classes have?", columns: { channel: "channel", classes: "classes that have it", count: "{class}", other_count: "{other}" } },
  { query: "difference_channels", words: "What tells {classes 0} from {classes 1}?", given: { first: 1, limit: 20 }, columns: { channel: "channel", first: "{classes 0}", second: "{classes 1}", difference: "difference" } },
  { query: "group_channels", words: "What do the classes of {group} share?", columns: { channel: "channel", classes: "classes", share: "share of them", mean_count: "mean count" } },
  { query: "contrasted_channels", words: "What do the classes of {group} have that those of {against} lack?", given: { limit: 20 }, columns: { channel: "channel", here: "{group}", there: "{against}", odds_ratio: "odds ratio", q: "q" } },
  { query: "class_between_groups", words: "At which layer is {class} closer to {group} than to {against}?", columns: { layer: "layer", group_share: "{group}", other_share: "{against}" } },
  { query: "changes_of_company", words: "Which classes change company most through the layers?", given: { limit: 20 }, columns: { class: "class", lower: "from", upper: "to", moved: "share of neighbours lost", total: "over all layers" } },
  { query: "paths_to_top", words: "What is the strongest path from {channel} to {to} in {class}?", given: { to: null }, empty: "the top layer", columns: { top: "to", width: "weakest edge", ways: "paths", path: "strongest path" } },
];

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
  const kept = Object.keys(columns).map((name) => columnOf(table, name));
  const value = (of: unknown, k: number) => (query === "changes_of_company" && table.columns[k] === "class" ? `${id}/${String(of)}` : of);
  return { columns: kept.map((k) => head(columns[table.columns[k]!]!)), rows: table.rows.map((row) => kept.map((k) => value(row[k], k))) };
}
