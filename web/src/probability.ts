// How sure channels and edges are: the share of the resamples of a class's pictures whose graph has them.
import type { AttributionGraph, ComparedChannel, ComparedGraph } from "./types";

export const EVEN = 0.5; // below it, a channel is more often out of the graph than in it
const CERTAIN = 0.95; // in one class with it, and ...
const CHANCE = 0.05; // ... in the other with no more: a difference beyond resampling
const FAINTEST = 0.3; // opacity at a probability of 0

interface Sure {
  readonly probability?: number | null; // of one class
  readonly probabilities?: readonly (number | null)[] | null; // of each of those that are compared
}

/** Whether a probability is known of any of them, channels or edges, for any class. */
export const areLikely = (items: readonly Sure[]): boolean =>
  items.some(({ probability, probabilities }) => probability != null || (probabilities ?? []).some((value) => value !== null));

/** Times its opacity that something is drawn at; 1 where nothing is known. */
/** Two classes, by index. */
export type Pair = readonly [number, number];

export const isPair = (classes: readonly number[]): classes is Pair => classes.length === 2;

export const fading = (probability: number | null | undefined): number => (probability == null ? 1 : FAINTEST + (1 - FAINTEST) * probability);

export const isUnsure = (probability: number | null | undefined): boolean => probability != null && probability < EVEN;

/** "0.83" */
export const told = (probability: number): string => probability.toFixed(2);

/** Of a channel that one of two classes has: whether other pictures of both would hardly change that; null where it is not known. */
export function isBeyondChance({ classes, probabilities = [] }: Pick<ComparedChannel, "classes" | "probabilities">, pair: readonly [number, number]): boolean | null {
  const [first, second] = [probabilities[0], probabilities[1]];
  if (classes.length !== 1 || first == null || second == null) return null;
  const [has, lacks] = classes[0] === pair[0] ? [first, second] : [second, first];
  return has >= CERTAIN && lacks <= CHANCE;
}

/** How many of the channels that one of two classes has differ beyond resampling; null where that is not known of any. */
export function countBeyond({ channels }: Pick<ComparedGraph, "channels">, pair: readonly [number, number]): { readonly beyond: number; readonly of: number } | null {
  const judged = channels.map((item) => isBeyondChance(item, pair)).filter((found) => found !== null);
  return judged.length ? { beyond: judged.filter(Boolean).length, of: judged.length } : null;
}

/** Resamples that the probabilities of a graph are shares of; null where they are not known. */
export const resamples = ({ origin }: Pick<AttributionGraph, "origin">): number | null => origin.replicates ?? null;
