// Graphs of some of a class's pictures, two by two: what they are called, and how far they differ.
import { hundredths, number, plural } from "./format";
import type { Score } from "./state";
import type { ClassView, Likeness, Subset } from "./types";
import type { Twin } from "./tables/twin";
import { must } from "./must";

/** In the place of classes' indexes where two subsets of one are compared; no class has these. */
export const SIDES: readonly [number, number] = [-1, -2];

/** In the place of a subset's name: the graph of all pictures by that score, which is compared with the one by the other. */
export const OTHER_SCORE: ReadonlyMap<string | null, Score> = new Map([["activation", "attribution"], ["attribution", "activation"]]);

/** "wrong": "misclassified"; "not predicted:3": "not taken for output 3"; "activation" */
export function called(subset: string): string {
  if (OTHER_SCORE.has(subset)) return subset;
  const [, not = "", kind, of] = must(/^(not )?([^:]*):?(.*)$/s.exec(subset));
  return kind === "predicted" ? `${not}taken for output ${of}` : kind === "list" ? `${not}in the list ${of}` : kind === "right" ? "correctly classified" : "misclassified";
}

/** "misclassified (5 pictures) against correctly classified (57)"; the others have no name where they are too few */
export const tellPair = ({ name, pictures, rest, restPictures, score }: Subset): string =>
  `${called(name)} (${plural(pictures, "picture")}) against ${rest === null ? "the others" : called(rest)} (${number(restPictures)})${score === "ACTIVATION" ? "" : ", by attribution"}`;

/** Each pair once: of the misclassified pictures against the others, not the other way round. */
export const pairsOf = ({ subsets }: Pick<ClassView, "subsets">): Subset[] =>
  subsets.filter(({ name, rest, score }) => !(name === "right" || name.startsWith("not ")) || !subsets.some((other) => other.name === rest && other.score === score));

/** "Jaccard index of channels 0.20, below random splits (0.38 to 1.00), of edges …" */
export function tellDifference({ difference, rest }: Subset): string {
  const whole = difference.filter(({ layer }) => layer === null).map((part) => `of ${part.what} ${hundredths(part.jaccard)}${tellBand(part)}`);
  return rest === null ? "Too few other pictures for a graph." : `Jaccard index ${whole.join(", ")}.`;
}

const tellBand = ({ jaccard, low, high }: Likeness): string =>
  low === null || high === null ? "" : `, ${jaccard < low ? "below" : jaccard > high ? "above" : "within"} random splits (${hundredths(low)} to ${hundredths(high)})`;

/** In all and by layer; none where there is nothing to tell. */
export function subsetTwins(pairs: readonly Subset[]): Twin[] {
  const rows = pairs.flatMap((pair) => pair.difference.map(({ what, layer, jaccard, mean, low, high }) => [tellPair(pair), what, layer ?? "all", jaccard, mean, low, high]));
  return rows.length ? [{ title: "Subsets", columns: ["subsets", "of", "layer", "Jaccard", "mean of splits", "5 % below", "95 % below"], rows }] : [];
}
