// From one layer's map to another's: classes that both have move in a straight line, the others fade in or out.
import type { Points } from "./frame";

/** Points at one moment; presence is 1 for a point that is there, 0 for one that is gone. */
export interface Moment {
  readonly classes: readonly number[];
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly presence: Float64Array;
}

/** The points as they are, at rest. */
export const atRest = ({ classes, x, y }: Points): Moment => ({
  classes,
  x: Float64Array.from(x),
  y: Float64Array.from(y),
  presence: new Float64Array(classes.length).fill(1),
});

/** The way between two layers; `at(0)` is the first, `at(1)` the second. Every call returns the same arrays, refilled. */
export function between(from: Moment, to: Points): (time: number) => Moment {
  const classes = [...new Set([...from.classes, ...to.classes])];
  const [before, after] = [rowsOf(from.classes), rowsOf(to.classes)];
  const ends = classes.map((index) => {
    const [i, j] = [before.get(index), after.get(index)];
    const [x0, y0] = i === undefined ? [to.x[j ?? 0] ?? 0, to.y[j ?? 0] ?? 0] : [from.x[i] ?? 0, from.y[i] ?? 0];
    const [x1, y1] = j === undefined ? [x0, y0] : [to.x[j] ?? 0, to.y[j] ?? 0];
    return { x0, y0, x1, y1, p0: i === undefined ? 0 : (from.presence[i] ?? 0), p1: j === undefined ? 0 : 1 };
  });
  const moment = { classes, x: new Float64Array(classes.length), y: new Float64Array(classes.length), presence: new Float64Array(classes.length) };

  return function at(time) {
    ends.forEach(({ x0, y0, x1, y1, p0, p1 }, k) => {
      moment.x[k] = x0 + (x1 - x0) * time;
      moment.y[k] = y0 + (y1 - y0) * time;
      moment.presence[k] = p0 + (p1 - p0) * time;
    });
    return moment;
  };
}

const rowsOf = (classes: readonly number[]): Map<number, number> => new Map(classes.map((index, k) => [index, k]));
