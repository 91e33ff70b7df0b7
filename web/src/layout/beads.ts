// How an edge of a kind is drawn: a line, and beads where the channel itself is handed on. A skip beside convolutions is
// beads on a string, a skip alone has no string. Dashes stay free for the second class of a comparison.
import type { EdgeKind } from "../types";
import { isHandedOn } from "../kinds";

interface Drawn {
  readonly kind?: EdgeKind | null;
  readonly width: number; // px of the edge
  readonly tone: string;
}

export interface Beads {
  readonly width: number; // px of a bead
  readonly dashes: string; // of a stroke with round ends
}

const SMALLEST = 2.6; // px of a bead that is seen as one
const STRING = 0.4; // of the edge's width

/** Width of the line, px. */
export const lineWidth = ({ kind, width }: Drawn): number => (kind === "BOTH" ? Math.max(0.8, STRING * width) : width);

/** null where nothing is handed on. Of the second of two classes they come in twos. */
export function beadsOf({ kind = null, width, tone }: Drawn): Beads | null {
  if (!isHandedOn(kind)) return null;
  const bead = Math.max(SMALLEST, width);
  const apart = Math.round(1.7 * bead + 3);
  const gaps = tone === "b" ? [Math.round(1.25 * bead + 1), 2 * apart] : [apart];
  return { width: bead, dashes: gaps.map((gap) => `0 ${gap}`).join(" ") };
}

/** Classes of the kind, for the style sheet. */
export const kindClass = ({ kind }: Pick<Drawn, "kind">): string => (kind === "SKIP" ? " skip" : kind === "BOTH" ? " mixed" : "");
