// Which point is meant: the nearest to the pointer, the nearest in a direction, those inside a lasso.
import { polygonContains } from "d3-polygon";
import type { Points } from "./frame";

export type Direction = "up" | "down" | "left" | "right";
const TOWARDS: Readonly<Record<Direction, readonly [number, number]>> = { up: [0, 1], down: [0, -1], left: [-1, 0], right: [1, 0] };

/** The class nearest to a place, at most `reach` away, the first of equals; null where there is none. Units of the map. */
export function nearest({ classes, x, y }: Points, px: number, py: number, reach: number): number | null {
  let [best, least] = [null as number | null, reach * reach];
  for (let k = 0; k < classes.length; k++) {
    const square = ((x[k] ?? 0) - px) ** 2 + ((y[k] ?? 0) - py) ** 2;
    if (square < least || (best === null && square === least)) [best, least] = [classes[k] ?? null, square];
  }
  return best;
}

/** The class that one comes to from another by going that way: within 45 degrees, near, and rather straight on; null at the rim. */
export function towards({ classes, x, y }: Points, from: number, direction: Direction): number | null {
  const start = classes.indexOf(from);
  if (start < 0) return null;
  const [dx, dy] = TOWARDS[direction];
  let [best, least] = [null as number | null, Infinity];
  classes.forEach((index, k) => {
    const [across, up] = [(x[k] ?? 0) - (x[start] ?? 0), (y[k] ?? 0) - (y[start] ?? 0)];
    const ahead = across * dx + up * dy;
    const aside = Math.abs(across * dy - up * dx);
    const cost = ahead + 2 * aside;
    if (ahead > 0 && aside <= ahead && cost < least) [best, least] = [index, cost];
  });
  return best;
}

/** The classes inside a closed line, given in units of the map. */
export function inside({ classes, x, y }: Points, line: readonly (readonly [number, number])[]): number[] {
  if (line.length < 3) return [];
  const polygon = line.map(([px, py]): [number, number] => [px, py]);
  return classes.filter((_, k) => polygonContains(polygon, [x[k] ?? 0, y[k] ?? 0]));
}
