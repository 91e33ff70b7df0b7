// How many of a model's classes have a graph by each score, and shares of them.
import { number, percent } from "./format";
import { graphsCounted, type Score } from "./state";
import type { Model } from "./types";

export const graphsBy = (model: Pick<Model, "scores">, score: Score): number => model.scores.find((item) => item.score.toLowerCase() === score)?.graphs ?? 0;

/** "of 1,000, 8.4 %": what stands behind the number of graphs that have something. */
export const amongGraphs = (having: number, graphs: number): string => (graphs ? `of ${number(graphs)}, ${percent(having / graphs)}` : "no graphs yet");

/** Half of the graphs that have something, as a share of all, rounded down to whole percents and at least one. */
export const halfOf = (having: number, graphs: number): number => Math.max(0.01, Math.floor((50 * having) / graphs) / 100);

/** The graphs that the service counts, next to one that is shown.  live  cut for this reader, not a stored one */
export const graphsMeant = (live: boolean, score: Score): string => (live && score === "activation" ? "stored graphs" : graphsCounted(score));

/** What the sizes of pictures say where they are by specificity.  which  graphs are counted, as graphsMeant calls them */
export const tellSpecificity = (model: Pick<Model, "scores">, which: string): string =>
  `The fewer of the ${number(graphsBy(model, "activation"))} ${which} have a channel, the larger its picture, on a logarithmic scale; one that none of them has is as large as one that a single one has.`;
