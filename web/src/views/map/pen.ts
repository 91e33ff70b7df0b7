// What a map is drawn with: the same strokes on a canvas, or as the elements of an SVG.
import type { Cloud } from "../../layout/map/cloud";
import type { Frame } from "../../layout/map/frame";
import type { Shape } from "../../layout/map/paint";
import type { Bow } from "../../layout/map/trail";

export interface Dot {
  readonly colour: string;
  readonly shape: Shape;
}

/** What points look like. */
export interface Look {
  readonly dots: readonly Dot[]; // of the groups or the steps of accuracy; after the last one they begin again
  readonly rest: Dot; // of points that belong to none
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
  /** Comes first. The same cloud, and the same look, is the same object. radius  px */
  points(cloud: Cloud, frame: Frame, radius: number, look: Look): void;
  ring(x: number, y: number, radius: number, colour: string, width: number, fill: string | null): void;
  curve(bow: Bow, colour: string, width: number, opacity: number): void;
  area(line: readonly (readonly [number, number])[], colour: string): void;
  word(word: Word): void;
}

export const FONT = `"Inter Variable", Inter, system-ui, sans-serif`;

/** Calls back for each point of a cloud that is seen on a page of that size, in px. */
export function eachSeen(
  { x, y, looks, opacity }: Cloud,
  { scale, left, top }: Frame,
  { width, height }: { readonly width: number; readonly height: number },
  radius: number,
  { dots, rest }: Look,
  call: (x: number, y: number, dot: Dot, opacity: number) => void,
): void {
  for (let k = 0; k < x.length; k++) {
    const [across, down, strength] = [left + scale * (x[k] ?? 0), top - scale * (y[k] ?? 0), opacity[k] ?? 0];
    if (strength === 0 || across < -radius || down < -radius || across > width + radius || down > height + radius) continue;
    const look = looks[k] ?? -1;
    call(across, down, (look < 0 ? null : dots[look % dots.length]) ?? rest, strength);
  }
}
