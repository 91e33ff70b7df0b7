// Where the points are at this moment: at rest in one layer, or on their way to another.
import { easeCubicInOut } from "d3-ease";
import { motion } from "../../dom";
import type { Points } from "../../layout/map/frame";
import { spread } from "../../layout/map/labels";
import { atRest, between, type Moment } from "../../layout/map/morph";

const SPREAD = 400; // points whose names are tried in an even order
const WORK = 1_000_000; // distances that finding them may take; beyond 2,500 points fewer are spread
const PORTION = 80_000; // of them in one frame of a motion; all fit into its 220 ms
const NOTHING: Moment = { classes: [], x: new Float64Array(), y: new Float64Array(), presence: new Float64Array() };

const orders = new WeakMap<Points, readonly number[]>(); // of layers that were seen before

/** The order of the names of a layer: found while its points move there, so that no frame has to do it all. */
function seekOrder(points: Points) {
  const { x, y } = points;
  const work = spread(x, y, Math.min(SPREAD, Math.floor(WORK / Math.max(1, x.length))));
  let even: readonly number[] | null = null;

  function advance(rows: number): void {
    for (let k = 0; k < rows && !even; k++) {
      const { done, value } = work.next();
      if (done) even = value;
    }
  }

  return {
    advance: () => advance(Math.ceil(PORTION / Math.max(1, x.length))),
    finish(): readonly number[] {
      advance(Infinity);
      const first = new Set(even);
      return [...first, ...[...x.keys()].filter((row) => !first.has(row))];
    },
  };
}

export interface Course {
  moment(): Moment;
  isMoving(): boolean;
  /** Rows of the points, in the order in which their names are tried. */
  order(): readonly number[];
  to(points: Points): void;
}

/** moved  called for every frame of a motion, and at its end */
export function createCourse(moved: () => void): Course {
  let moment = NOTHING;
  let order: readonly number[] = [];
  let isMoving = false;
  let run = 0;

  function settle(points: Points, finish: () => readonly number[]): void {
    moment = atRest(points);
    order = orders.get(points) ?? finish();
    orders.set(points, order);
    isMoving = false;
    moved();
  }

  function to(points: Points): void {
    const mine = ++run;
    const length = motion();
    const { advance, finish } = seekOrder(points);
    if (length === 0 || moment === NOTHING) return settle(points, finish);
    const [at, start] = [between(moment, points), performance.now()];
    isMoving = true;
    const step = (now: number) => {
      if (mine !== run) return;
      const time = Math.min(1, Math.max(0, (now - start) / length));
      if (time === 1) return settle(points, finish);
      if (!orders.has(points)) advance();
      moment = at(easeCubicInOut(time));
      moved();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  return { moment: () => moment, isMoving: () => isMoving, order: () => order, to };
}
