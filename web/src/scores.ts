// How many of a model's classes have a graph by each score, and shares of them.
import { number, percent, plural } from "./format";
import type { Score } from "./state";
import type { Model } from "./types";

export const graphsBy = (model: Pick<Model, "scores">, score: Score): number => model.scores.find((item) => item.score.toLowerCase() === score)?.graphs ?? 0;

/** "of 1,000, 8.4 %": what stands behind the number of graphs that have something. */
export const amongGraphs = (having: number, graphs: number): string => (graphs ? `of ${number(graphs)}, ${percent(having / graphs)}` : "no graphs yet");

/** Half of the graphs that have something, as a share of all, rounded down to whole percents and at least one. */
export const halfOf = (having: number, graphs: number): number => Math.max(0.01, Math.floor((50 * having) / graphs) / 100);

/** What the sizes of pictures say where they are by specificity. */
export const tellSpecificity = (model: Pick<Model, "scores">): string =>
  `The fewer of the ${plural(graphsBy(model, "activation"), "graph")} have a channel, the larger its picture, on a logarithmic scale.`;
