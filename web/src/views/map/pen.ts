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
  /** After the last dot, before anything else. */
  done(): void;
  ring(x: number, y: number, radius: number, colour: string, width: number, fill: string | null): void;
  curve(bow: Bow, colour: string, width: number, opacity: number): void;
  area(line: readonly (readonly [number, number])[], colour: string): void;
  word(word: Word): void;
}

export const FONT = `"Inter Variable", Inter, system-ui, sans-serif`;
