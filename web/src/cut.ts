// How an attribution graph is cut from personalized PageRank: a threshold, what it is a part of, and dead ends.
import type { Change, State } from "./state";
import type { GraphOrigin, Layer } from "./types";

export interface Cut {
  readonly threshold: number; // percent, LEAST to MOST
  readonly unified: boolean; // ... of the whole network's PageRank; else of each layer's
  readonly deadEnds: boolean; // keep edges from channels that nothing below influences
}

export const LEAST = 1; // percent
export const MOST = 50;
export const STEP = 0.5; // of the slider, and of a threshold that is raised
const START: Cut = { threshold: 7.5, unified: false, deadEnds: true };

/** The graph that the database holds. */
export const STORED: Change = { threshold: null, unified: false, deadEnds: true };

/** What the address asks for; null: the stored graph. */
export const cutOf = ({ threshold, unified, deadEnds }: State): Cut | null =>
  threshold === null ? null : { threshold, unified, deadEnds };

/** How a graph was cut, with the start values for what is unknown. */
export const cutFrom = ({ threshold, unified, deadEnds }: GraphOrigin): Cut => ({
  threshold: threshold ?? START.threshold,
  unified: unified ?? START.unified,
  deadEnds: deadEnds ?? START.deadEnds,
});

/** Whether that cut would give the stored graph. */
export const isStored = (cut: Cut, stored: GraphOrigin): boolean =>
  cut.threshold === stored.threshold &&
  cut.unified === stored.unified &&
  cut.deadEnds === stored.deadEnds &&
  STEP === stored.step;

/** A threshold as somebody types it, in its bounds; null where it is not a number. */
export function readThreshold(text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text.replace(",", ".").replace(/\s*%\s*$/, ""));
  return Number.isFinite(value) ? Math.min(MOST, Math.max(LEAST, Math.round(100 * value) / 100)) : null;
}

/** 7.5 % */
export const percents = (value: number): string => `${Number(value.toFixed(2))} %`;

/** "7.5 % of each layer's PageRank" */
export function tellCut(threshold: number, unified: boolean | null, deadEnds: boolean | null = true): string {
  const whole = `${percents(threshold)} of ${unified ? "the network's" : "each layer's"} PageRank`;
  return deadEnds === false ? `${whole}, without dead ends` : whole;
}

/** Layers whose threshold was raised so that an edge leads to them, and to what; none where one holds for the network. */
export function raisedLayers(origin: GraphOrigin, layers: readonly Layer[]): Map<string, number> {
  const { threshold, unified, thresholds } = origin;
  if (threshold === null || thresholds === null || unified) return new Map();
  return new Map(layers.flatMap(({ name }, k) => {
    const own = thresholds[k] ?? 0;
    return own > threshold ? [[name, own] as const] : [];
  }));
}

/** What the one threshold of the whole network was raised to; null where it was not. */
export function raisedNetwork({ threshold, unified, thresholds }: GraphOrigin): number | null {
  if (threshold === null || thresholds === null || !unified) return null;
  const final = Math.max(...thresholds, 0);
  return final > threshold ? final : null;
}
