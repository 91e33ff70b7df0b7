// Which names are written on the map, and where: the first in order that fit without touching one that is written already.

export interface Wanted {
  readonly id: number;
  readonly text: string;
  readonly x: number; // px, the point that the name belongs to
  readonly y: number;
  readonly width: number; // px, of the text
  readonly height: number;
  readonly gap: number; // px from the point; 0: the name stands on it
}

export interface Written extends Wanted {
  readonly left: number;
  readonly top: number;
}

export interface Page {
  readonly width: number;
  readonly height: number;
}

const CELL = 64; // px, of the grid in which neighbours are looked for
const AIR = 2; // px between two names
const ROW = 4096; // cells; more than any screen is wide
const TRIES = 6; // names that are tried for one that is written

/** Names in their order, each id once; at the right, left, above or below its point, or left out. */
export function placeLabels(wanted: Iterable<Wanted>, page: Page, most: number): Written[] {
  const written: Written[] = [];
  const ids = new Set<number>();
  const cells = new Map<number, Written[]>();
  let tried = 0;
  for (const label of wanted) {
    if (written.length >= most || ++tried > TRIES * most) break;
    const free = !ids.has(label.id) && seats(label).find((seat) => isOn(seat, page) && cellsOf(seat).every((cell) => !cells.get(cell)?.some((other) => meet(seat, other))));
    if (!free) continue;
    written.push(free);
    ids.add(label.id);
    for (const cell of cellsOf(free)) cells.set(cell, [...(cells.get(cell) ?? []), free]);
  }
  return written;
}

function seats(label: Wanted): Written[] {
  const { x, y, width, height, gap } = label;
  const at = (left: number, top: number): Written => ({ ...label, left, top });
  if (gap === 0) return [at(x - width / 2, y - height / 2)];
  return [at(x + gap, y - height / 2), at(x - gap - width, y - height / 2), at(x - width / 2, y - gap - height), at(x - width / 2, y + gap)];
}

const isOn = ({ left, top, width, height }: Written, page: Page): boolean =>
  left >= 0 && top >= 0 && left + width <= page.width && top + height <= page.height;

const meet = (a: Written, b: Written): boolean =>
  a.left < b.left + b.width + AIR && b.left < a.left + a.width + AIR && a.top < b.top + b.height + AIR && b.top < a.top + a.height + AIR;

function cellsOf({ left, top, width, height }: Written): number[] {
  const found: number[] = [];
  for (let column = Math.floor((left - AIR) / CELL); column <= Math.floor((left + width + AIR) / CELL); column++)
    for (let row = Math.floor((top - AIR) / CELL); row <= Math.floor((top + height + AIR) / CELL); row++) found.push(row * ROW + column);
  return found;
}

/** Rows of points in an order that covers the map evenly from the first on: each next is the farthest from those before.
 *
 * A generator, so that the work can be done in portions: it stops after each row, which costs a distance to every point.
 */
export function* spread(x: ArrayLike<number>, y: ArrayLike<number>, most: number): Generator<undefined, number[], undefined> {
  const count = x.length;
  if (!count) return [];
  const far = new Float64Array(count).fill(Infinity);
  const order: number[] = [];
  for (let next = 0; order.length < Math.min(most, count); ) {
    order.push(next);
    const [px, py] = [x[next] ?? 0, y[next] ?? 0];
    far[next] = -1;
    let farthest = -1;
    for (let k = 0; k < count; k++) {
      const known = far[k] ?? -1;
      if (known < 0) continue;
      const distance = Math.min(known, ((x[k] ?? 0) - px) ** 2 + ((y[k] ?? 0) - py) ** 2);
      far[k] = distance;
      if (distance > farthest) [farthest, next] = [distance, k];
    }
    yield;
  }
  return order;
}
