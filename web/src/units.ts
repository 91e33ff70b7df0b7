// What the counts and weights of a model's graphs are numbers of.
import type { Model } from "./types";

/** As one of them is called. */
export interface Units {
  readonly count: string; // of a channel
  readonly weight: string; // of an edge
}

export const isImported = ({ weightUnit }: Pick<Model, "weightUnit">): boolean => weightUnit !== undefined && weightUnit !== null;

/** Pictures; in imported graphs the positions at which a feature stands, and multiples of the model's unit of weights. */
export const unitsOf = (model: Pick<Model, "weightUnit">): Units =>
  isImported(model) ? { count: "position", weight: "unit" } : { count: "picture", weight: "picture" };
