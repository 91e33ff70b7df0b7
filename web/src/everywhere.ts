// A channel over all classes, from rows of stored queries. Pure.
import { number, percent, plural, shortId } from "./format";
import { rowsOf } from "./table";
import type { Table } from "./types";

/** In the graph of one class. */
export interface Place {
  readonly rank: number; // by PageRank, in its layer
  readonly row: number; // the graph's channels of the layer
  readonly share: number | null; // of the class's pictures
}

export interface Near {
  readonly id: string;
  readonly classes: number; // whose graphs have the edge, or both channels
  readonly alike: number | null; // of companions: Jaccard index of the classes of both
  readonly about: string;
}

/** "1 of 9", "1 of 9, 12 %" */
export const tellPlace = ({ rank, row, share }: Place): string => `${rank} of ${row}${share === null ? "" : `, ${percent(share)}`}`;

export const nearOf = (table: Pick<Table, "columns" | "rows">): (Near & { readonly isInput: boolean })[] =>
  rowsOf(table, "neighbour", "is_input", "classes", "mean_weight").map(({ neighbour, is_input, classes, mean_weight }) => {
    const [graphs, mean] = [Number(classes), Number(mean_weight)];
    return { id: String(neighbour), isInput: is_input === true, classes: graphs, alike: null, about: `in the graphs of ${plural(graphs, "class", "classes")}, mean weight ${number(Math.round(mean))}` };
  });

export const companionsOf = (table: Pick<Table, "columns" | "rows">, name: string): Near[] =>
  rowsOf(table, "companion", "together", "classes", "jaccard").map(({ companion, together, classes, jaccard }) => {
    const id = String(companion);
    return { id, classes: Number(together), alike: Number(jaccard), about: `${plural(Number(together), "class has", "classes have")} ${name} and ${shortId(id)}, ${number(Number(classes))} have ${shortId(id)}` };
  });

export const placesOf = (table: Pick<Table, "columns" | "rows">): Map<number, Place> =>
  new Map(rowsOf(table, "index", "rank", "row", "share").map(({ index, rank, row, share }) => [Number(index), { rank: Number(rank), row: Number(row), share: share == null ? null : Number(share) }]));
