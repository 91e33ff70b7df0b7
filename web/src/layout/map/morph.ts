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

/** The way between two layers; `at(0)` is the first, `at(1)` the second. Every moment has the same arrays, refilled. */
export function between(from: Moment, to: Points): (time: number) => Moment {
  const classes = areSame(from.classes, to.classes) ? to.classes : [...new Set([...from.classes, ...to.classes])];
  const [start, end] = [standing(from, classes), standing(atRest(to), classes)];
  standIn(start, end);
  standIn(end, start);
  const { x, y, presence } = { x: start.x.slice(), y: start.y.slice(), presence: start.presence.slice() };

  return function at(time) {
    mix(x, start.x, end.x, time);
    mix(y, start.y, end.y, time);
    mix(presence, start.presence, end.presence, time);
    return { classes, x, y, presence };
  };
}

/** Maps with the same classes have one list of them: going from one to the other then compares nothing. */
export function sharing<P extends Points>(maps: readonly P[]): P[] {
  const lists: (readonly number[])[] = [];
  return maps.map((map) => {
    const known = lists.find((list) => areSame(list, map.classes)) ?? map.classes;
    if (known === map.classes) lists.push(known);
    return { ...map, classes: known };
  });
}

const areSame = (some: readonly number[], others: readonly number[]): boolean => some === others || (some.length === others.length && some.every((index, k) => index === others[k]));

interface Standing {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly presence: Float64Array;
  readonly isHere: Uint8Array; // whether the moment has that class
}

/** The classes at a moment; those that it does not have are nowhere yet. */
function standing(moment: Moment, classes: readonly number[]): Standing {
  if (areSame(moment.classes, classes)) return { ...moment, isHere: new Uint8Array(classes.length).fill(1) };
  const rows = new Map(moment.classes.map((index, row) => [index, row]));
  const [x, y, presence, isHere] = [new Float64Array(classes.length), new Float64Array(classes.length), new Float64Array(classes.length), new Uint8Array(classes.length)];
  classes.forEach((index, k) => {
    const row = rows.get(index);
    if (row === undefined) return;
    [x[k], y[k], presence[k], isHere[k]] = [moment.x[row] ?? 0, moment.y[row] ?? 0, moment.presence[row] ?? 0, 1];
  });
  return { x, y, presence, isHere };
}

/** Classes that one side does not have stand where the other has them. */
function standIn(side: Standing, other: Standing): void {
  for (let k = 0; k < side.x.length; k++) {
    if (side.isHere[k]) continue;
    [side.x[k], side.y[k]] = [other.x[k] ?? 0, other.y[k] ?? 0];
  }
}

function mix(into: Float64Array, from: Float64Array, to: Float64Array, time: number): void {
  for (let k = 0; k < into.length; k++) into[k] = (from[k] ?? 0) + ((to[k] ?? 0) - (from[k] ?? 0)) * time;
}
