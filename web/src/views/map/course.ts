// Where the points are at this moment: at rest in one layer, or on their way to another.
import { easeCubicInOut } from "d3-ease";
import { motion } from "../../dom";
import type { Points } from "../../layout/map/frame";
import { spread } from "../../layout/map/labels";
import { atRest, between, type Moment } from "../../layout/map/morph";

const SPREAD = 400; // points whose names are tried in an even order
const WORK = 1_000_000; // distances that finding them may take; beyond 2,500 points fewer are spread
const NOTHING: Moment = { classes: [], x: new Float64Array(), y: new Float64Array(), presence: new Float64Array() };

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

  function settle(points: Points): void {
    moment = atRest(points);
    const even = spread(moment.x, moment.y, Math.min(SPREAD, Math.floor(WORK / Math.max(1, moment.x.length))));
    const first = new Set(even);
    order = [...even, ...moment.classes.flatMap((_, k) => (first.has(k) ? [] : [k]))];
    isMoving = false;
    moved();
  }

  function to(points: Points): void {
    const mine = ++run;
    const length = motion();
    if (length === 0 || moment === NOTHING) return settle(points);
    const [at, start] = [between(moment, points), performance.now()];
    isMoving = true;
    const step = (now: number) => {
      if (mine !== run) return;
      const time = Math.min(1, Math.max(0, (now - start) / length));
      if (time === 1) return settle(points);
      moment = at(easeCubicInOut(time));
      moved();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  return { moment: () => moment, isMoving: () => isMoving, order: () => order, to };
}
