// Two graphs of one class in Compare: of some of its pictures and of the others, or by both scores.
import { ApiError, spoken } from "../api";
import type { Context } from "../context";
import { tellCut } from "../cut";
import { compared } from "../site/compared";
import type { Score } from "../state";
import { called, OTHER_SCORE, SIDES, tellDifference, tellPair } from "../subsets";
import type { ComparedGraph } from "../types";
import { must } from "../must";

export interface SubsetPair {
  readonly index: number; // of the class
  readonly name: string; // of the class
  readonly sides: readonly [string, string]; // the names of both
  readonly words: string; // what is told of them
}

/**
 * The graph of a subset and that of the other pictures, or the class's graphs by both scores, as if of two classes, whose indexes are SIDES.
 * indexes  of the one class
 * name     of the subset, or of the first score
 */
export async function compareSubset({ api, model }: Context, indexes: readonly number[], name: string, score: Score): Promise<readonly [ComparedGraph, SubsetPair]> {
  const [index] = indexes;
  if (index === undefined || indexes.length > 1) throw new ApiError(`“subset=${name}” in the address needs one class, not ${indexes.length}.`, "NOT_FOUND");
  const ask = (side: string) => (OTHER_SCORE.has(side) ? api.subset(model.id, index, null, side as Score) : api.subset(model.id, index, side, score)); // an unknown one is refused, with those that there are
  const first = await ask(name);
  const subset = first.subsets.find((item) => item.name === name && item.score === spoken(score));
  const other = OTHER_SCORE.get(name) ?? must(subset).rest;
  if (other === null) throw new ApiError(`${first.name}, ${called(name)}: ${tellDifference(must(subset))}`, "NOT_FOUND");
  const [sides, found] = [[name, other] as const, [first, await ask(other)]];
  const none = found.findIndex(({ attributionGraph }) => !attributionGraph.channels.length);
  if (none >= 0) throw new ApiError(`${first.name} has no graph by ${called(must(sides[none]))}.`, "NOT_FOUND");
  const images = subset ? [subset.pictures, subset.restPictures] : [first.images, first.images];
  const graphs = found.map((item, k) => ({ ...item, index: must(SIDES[k]), name: called(must(sides[k])), images: must(images[k]), accuracy: null }));
  const cuts = new Set(graphs.flatMap(({ attributionGraph: { origin } }) => (origin.threshold === null ? [] : [tellCut(origin.threshold, origin.unified, origin.deadEnds)])));
  const cut = cuts.size ? ` Graphs cut at ${[...cuts].join(" and ")}.` : "";
  const told = subset ? `${tellPair(subset)}. ${tellDifference(subset)}` : `Graphs of the class by ${sides.join(" and by ")}, of the same pictures. Counts are of activations in one and of attributions in the other; a shared channel is drawn as large as the mean of both.`;
  return [compared(model, graphs), { index, name: first.name, sides, words: `${told}${cut} Rankings, motifs and other files are of whole classes.` }];
}
