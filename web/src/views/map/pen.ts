// What a map is drawn with: the same strokes on a canvas, or as the elements of an SVG.
import type { Bow } from "../../layout/map/trail";
import type { Shape } from "../../layout/map/paint";

export interface Dot {
  readonly colour: string;
  readonly shape: Shape;
  readonly radius: number; // px
}

export interface Word {
  readonly text: string;
  readonly left: number;
  readonly middle: number; // px, of its height
  readonly colour: string;
  readonly ground: string; // a halo, so that it can be read over points
  readonly size: number; // px
  readonly weight: number;
  readonly opacity: number;
}

export interface Pen {
  dot(x: number, y: number, dot: Dot, opacity: number): void;
  ring(x: number, y: number, radius: number, colour: string, width: number, fill: string | null): void;
  curve(bow: Bow, colour: string, width: number, opacity: number): void;
  area(line: readonly (readonly [number, number])[], colour: string): void;
  word(word: Word): void;
}

export const FONT = `"Inter Variable", Inter, system-ui, sans-serif`;

/** The corners of a shape with the area of a disc, around 0; null for the disc itself. */
export function corners(shape: Shape, radius: number): readonly (readonly [number, number])[] | null {
  const r = radius;
  switch (shape) {
    case "disc":
      return null;
    case "square":
      return [[-0.89 * r, -0.89 * r], [0.89 * r, -0.89 * r], [0.89 * r, 0.89 * r], [-0.89 * r, 0.89 * r]];
    case "diamond":
      return [[0, -1.25 * r], [1.25 * r, 0], [0, 1.25 * r], [-1.25 * r, 0]];
    case "triangle":
      return [[0, -1.35 * r], [1.17 * r, 0.8 * r], [-1.17 * r, 0.8 * r]];
    case "cross": {
      const [a, b] = [0.42 * r, 1.2 * r];
      return [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]];
    }
  }
}
