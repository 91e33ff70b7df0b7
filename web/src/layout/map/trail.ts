// The way of one class through the maps of all layers.

import type { Places } from "./frame";

export interface Stop {
  readonly layer: string;
  readonly x: number;
  readonly y: number;
}

export const placesOf = (trail: readonly Stop[]): Places => ({ x: trail.map(({ x }) => x), y: trail.map(({ y }) => y) });

export interface Bow {
  readonly from: readonly [number, number];
  readonly over: readonly [number, number]; // the control point of a quadratic curve
  readonly to: readonly [number, number];
}

const BEND = 0.16; // of the distance

/** A flat curve between two places; it always bends to the left of the way, so that there and back are two lines. */
export function bow(from: readonly [number, number], to: readonly [number, number]): Bow {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  return { from, to, over: [(from[0] + to[0]) / 2 + BEND * dy, (from[1] + to[1]) / 2 - BEND * dx] };
}

export interface Leap {
  readonly from: string;
  readonly to: string;
  readonly distance: number; // units of the map
}

/** The longest ways between one layer and the next, longest first. */
export function leaps(trail: readonly Stop[], most: number): Leap[] {
  const steps = trail.slice(1).map((stop, k) => {
    const before = trail[k] ?? stop;
    return { from: before.layer, to: stop.layer, distance: Math.hypot(stop.x - before.x, stop.y - before.y) };
  });
  return steps.filter(({ distance }) => distance > 0).sort((a, b) => b.distance - a.distance).slice(0, most);
}
