// Channels that seem to mean nothing, from rows of the stored query channels_without_meaning. Pure.
import { shortId } from "./format";
import { rowsOf } from "./table";
import type { Table } from "./types";

export interface Proposed {
  readonly id: string;
  readonly isMeasured: boolean; // `summit channels` found it; else it is proposed by frequency alone
  readonly classes: number; // whose graphs have it
  readonly frequency: number | null; // share of pictures in which it is counted
  readonly position: number | null; // divergence of the places of its peaks, nats
  readonly selectivity: number | null; // share of the variance of its peaks between classes
}

/** What is sorted by. */
export type Measure = "classes" | "frequency" | "position" | "selectivity";

const known = (value: unknown): number | null => (value == null ? null : Number(value));

export const proposedOf = (table: Pick<Table, "columns" | "rows">): Proposed[] =>
  rowsOf(table, "channel", "reason", "classes", "frequency", "position", "selectivity").map(({ channel, reason, classes, frequency, position, selectivity }) => ({
    id: String(channel),
    isMeasured: reason !== "frequency alone",
    classes: Number(classes),
    frequency: known(frequency),
    position: known(position),
    selectivity: known(selectivity),
  }));

/** The likeliest to mean nothing first: the lowest selectivity, the highest of all others; what is not measured last. */
export function sorted(channels: readonly Proposed[], by: Measure): Proposed[] {
  const sign = by === "selectivity" ? 1 : -1;
  const rank = (of: Proposed) => (of[by] === null ? Infinity : sign * of[by]);
  return [...channels].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)) || (a.id < b.id ? -1 : Number(a.id > b.id)));
}

/** A list that `summit ingest --exclude` takes: a channel a line, with why it was proposed. */
export function excludeList(model: string, channels: readonly Proposed[]): string {
  const of = ({ isMeasured, position, selectivity, frequency, classes }: Proposed) =>
    isMeasured ? [position, selectivity, frequency].map((value) => value?.toFixed(3) ?? "-").join(" ") : `in ${classes} graphs`;
  const head = `# of ${model}: position (nats), selectivity and frequency (shares), or the number of graphs that have it`;
  return [head, ...channels.map((each) => `${shortId(each.id)}  # ${of(each)}`)].map((line) => `${line}\n`).join("");
}
