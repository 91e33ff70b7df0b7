// What the graph view draws: plain numbers and words, made by pure functions and drawn by one view.
import type { EdgeKind } from "../types";

export type Tone = "plain" | "a" | "b" | "both" | "some";

export interface Sure {
  readonly opacity: number; // of its picture
  readonly unsure: boolean; // told by the outline
}

/** How many of several compared classes have it. */
export interface Held {
  readonly part: number; // of the classes, above 0 and up to 1
  readonly only: number | null; // place of the one class that has it; null: several have
}

export interface SceneNode {
  readonly id: string; // "<model>/<layer>/<index>"
  readonly layer: string;
  readonly index: number;
  readonly row: number; // 0 is the lowest
  readonly x: number; // centre, px
  readonly y: number; // bottom of the picture, px; the number stands below
  readonly side: number; // px
  readonly picture: string | null;
  readonly tone: Tone;
  readonly held?: Held; // with the tone "some"
  readonly sure?: Sure; // as far as that is known and shown
  readonly isolated: boolean; // no edge of the graph leads to it or from it
  readonly about: string; // for screen readers and tooltips
}

export interface SceneEdge {
  readonly id: string; // "<source>><target>"
  readonly source: string;
  readonly target: string;
  readonly curve: Curve;
  readonly width: number; // px
  readonly opacity: number; // 0..1
  readonly weight: number;
  readonly tone: Tone;
  readonly kind?: EdgeKind | null; // null: not known
  readonly held?: Held; // with the tone "some"
}

/** The ground behind a channel that is handed on from layer to layer in one column. */
export interface SceneLane {
  readonly channels: readonly string[]; // their ids, the lowest first
  readonly x: number; // left
  readonly y: number; // top
  readonly width: number;
  readonly height: number;
}

export interface SceneRow {
  readonly layer: string;
  readonly y: number; // bottom of the pictures
  readonly middle: number; // where the row's head stands
  readonly note: string; // "7 of 512"
  readonly overlap: Overlap | null;
  readonly drop: RowDrop | null; // what the class loses without the row's channels
  readonly raised: number | null; // percent: the layer's threshold where it is above the one asked for
}

/** What a check measured of a row, drawn as a bar against a band; in log-odds. */
export interface RowDrop {
  readonly drop: number;
  readonly nullMean: number; // the band of random sets: from their mean ...
  readonly null99: number; // ... to their 99th percentile
  readonly most: number; // of all rows, above 0: the bar's whole length
}

/** Stands at the row's end in a comparison. */
export interface Overlap {
  readonly jaccard: number; // 0..1
  readonly shared: number;
  readonly union: number;
}

/** "+12": channels a row has no room for. */
export interface SceneMore {
  readonly layer: string;
  readonly block: number;
  readonly x: number;
  readonly y: number;
  readonly hidden: number;
}

export interface Zone {
  readonly x: number;
  readonly width: number;
}

export interface Scene {
  readonly width: number;
  readonly beyond?: number; // px of it that its box has no room for
  readonly height: number;
  readonly head: number; // px kept free at the left for the rows' heads
  readonly tail: number; // px kept free at the right for the overlap
  readonly rows: readonly SceneRow[];
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly more: readonly SceneMore[];
  readonly zones: readonly Zone[];
  readonly lanes: readonly SceneLane[];
}

export const NUMBER = 16; // px below a picture that belong to its number
export const GAP = 4; // px between pictures, at least

/** A cubic with vertical tangents, from the lower end (x0, y0) up to (x1, y1); px. */
export interface Curve {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly bend: number; // how far the tangents reach
}

/**
 * From the top of the lower picture to the foot of the upper channel's number.
 * All pictures of a row stand on one line with their numbers below it, so every edge stays under the numbers' line.
 */
export function edgeCurve(lower: { x: number; y: number; side: number }, upper: { x: number; y: number }): Curve {
  const [y0, y1] = [lower.y - lower.side, upper.y + NUMBER];
  return { x0: round(lower.x), y0: round(y0), x1: round(upper.x), y1: round(y1), bend: round((y0 - y1) * 0.55) };
}

export const edgePath = ({ x0, y0, x1, y1, bend }: Curve): string =>
  `M${x0},${y0}C${x0},${round(y0 - bend)} ${x1},${round(y1 + bend)} ${x1},${y1}`;

export const edgeId = (source: string, target: string): string => `${source}>${target}`;

export const round = (value: number): number => Math.round(value * 10) / 10;
