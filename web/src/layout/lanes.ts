// Lanes: in a residual stage a channel that is handed on from layer to layer keeps one column, so that what is new in a
// layer stands out. queries/drawing/lanes.py does the same; tests/queries/drawing/lanes.json holds both to it.
import type { Link } from "./order";
import { must } from "../must";

type Rows = readonly (readonly string[])[];

/** Rows that a lane leads through, lowest and highest. */
export interface Stage {
  readonly from: number;
  readonly to: number;
}

export interface Lanes {
  readonly of: ReadonlyMap<string, number>; // the lane of each channel that shares one with another
  readonly stages: readonly Stage[];
}

/**
 * rows  lowest first
 * hops  edges along which a channel is handed on
 * A lane is a chain of hops from each row to the next; where they compete for an end, the heavier is taken.
 */
export function findLanes(rows: Rows, hops: readonly Link[]): Lanes {
  const row = new Map(rows.flatMap((ids, r) => ids.map((id) => [id, r] as const)));
  const [next, taken] = [new Map<string, string>(), new Set<string>()];
  const heaviest = [...hops].sort((a, b) => b.weight - a.weight || compare(a.source, b.source) || compare(a.target, b.target));
  for (const { source, target } of heaviest) {
    const [from, to] = [row.get(source), row.get(target)];
    if (from === undefined || to !== from + 1 || next.has(source) || taken.has(target)) continue;
    next.set(source, target);
    taken.add(target);
  }
  const of = new Map<string, number>();
  let count = 0;
  for (const first of rows.flat().filter((id) => next.has(id) && !taken.has(id))) {
    for (let id: string | undefined = first; id !== undefined; id = next.get(id)) of.set(id, count);
    count++;
  }
  return { of, stages: stagesOf(rows.length, new Set([...next.keys()].map((id) => must(row.get(id))))) };
}

/** joined  rows from which a lane leads to the next */
function stagesOf(count: number, joined: ReadonlySet<number>): Stage[] {
  const stages: Stage[] = [];
  for (let r = 0; r < count; r++) {
    if (!joined.has(r)) continue;
    const from = r;
    while (joined.has(r)) r++;
    stages.push({ from, to: r });
  }
  return stages;
}

const SWEEPS = 8;
const WORTH = 0.7; // what somebody saw moves only for 30 % fewer crossings
const STILL = 1e-3; // columns: places that are as wished

export interface Grid {
  readonly rows: Rows; // of a stage, lowest first
  readonly lane: ReadonlyMap<string, number>;
  readonly columns: number; // as many as the longest row has channels, or more
  readonly wishes: ReadonlyMap<string, number>; // a column for each channel, which need not be whole
  readonly outside: ReadonlyMap<string, number>; // columns of channels below and above the stage
  readonly isSeen: boolean; // somebody saw all channels where they are wished
}

/** A column for each channel of a stage, the same for all of a lane: near to what is wished, with few crossings. */
export function seatLanes(grid: Grid, links: readonly Link[]): Map<string, number> {
  const bands = bandsOf(grid, links);
  const seed = assign(grid, grid.wishes, true);
  if (grid.isSeen && grid.rows.flat().every((id) => Math.abs(must(seed.get(id)) - must(grid.wishes.get(id))) < STILL)) return seed;
  let [best, fewest] = [seed, WORTH ** Number(grid.isSeen) * crossingsAt(bands, seed, grid.outside)];
  let current = seed;
  for (let k = 0; k < SWEEPS && fewest > 0; k++) {
    current = assign(grid, barycentres(grid, links, current), k % 2 === 1);
    const count = crossingsAt(bands, current, grid.outside);
    if (count < fewest) [best, fewest] = [current, count];
  }
  return best;
}

/** Row by row: lanes that are begun keep their column, the others get the free ones that are nearest to their wishes. */
function assign({ rows, lane, columns }: Grid, wishes: ReadonlyMap<string, number>, up: boolean): Map<string, number> {
  const column = new Map<string, number>();
  const begun = new Map<number, number>(); // columns by lane
  const wishOf = laneWishes(rows, lane, wishes);
  for (const row of up ? rows : [...rows].reverse()) {
    const held = row.filter((id) => begun.has(lane.get(id) ?? -1));
    for (const id of held) column.set(id, must(begun.get(must(lane.get(id)))));
    const used = new Set(held.map((id) => must(column.get(id))));
    const free = Array.from({ length: columns }, (_, k) => k).filter((k) => !used.has(k));
    const fresh = row.filter((id) => !begun.has(lane.get(id) ?? -1)).map((id, k) => ({ id, k, wish: wishOf(id) }));
    fresh.sort((a, b) => a.wish - b.wish || a.k - b.k);
    const places = nearest(fresh.map(({ wish }) => wish), free);
    fresh.forEach(({ id }, k) => {
      const place = must(places[k]);
      column.set(id, place);
      if (lane.has(id)) begun.set(must(lane.get(id)), place);
    });
  }
  return column;
}

/** All of a lane wish for the mean of what they wish for. */
function laneWishes(rows: Rows, lane: ReadonlyMap<string, number>, wishes: ReadonlyMap<string, number>): (id: string) => number {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const id of rows.flat()) {
    const of = lane.get(id);
    if (of === undefined) continue;
    const { sum, count } = sums.get(of) ?? { sum: 0, count: 0 };
    sums.set(of, { sum: sum + must(wishes.get(id)), count: count + 1 });
  }
  return (id) => {
    const total = sums.get(lane.get(id) ?? -1);
    return total ? total.sum / total.count : must(wishes.get(id));
  };
}

/** Of the free columns one for each wish, in their order, with the least distance over all; of equal ones the leftmost. */
export function nearest(wishes: readonly number[], free: readonly number[]): number[] {
  const far = (i: number, j: number) => Math.abs(wishes[i]! - free[j]!);
  const least = wishes.map(() => free.map(() => Infinity)); // of wishes up to i, with the last one at free column j or before
  for (let i = 0; i < wishes.length; i++)
    for (let j = i; j < free.length; j++) {
      const before = i === 0 ? 0 : j > 0 ? least[i - 1]![j - 1]! : Infinity;
      least[i]![j] = Math.min(j > 0 ? least[i]![j - 1]! : Infinity, before + far(i, j));
    }
  const chosen: number[] = [];
  for (let i = wishes.length - 1, j = free.length - 1; i >= 0; i--, j--) {
    while (j > 0 && least[i]![j - 1]! <= least[i]![j]!) j--;
    chosen.unshift(free[j]!);
  }
  return chosen;
}

/** The weighted mean column of a channel's neighbours; one without any stays where it is. */
function barycentres({ rows, outside }: Grid, links: readonly Link[], at: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map<string, { sum: number; total: number }>();
  const add = (id: string, weight: number, place: number | undefined) => {
    if (place === undefined || !at.has(id)) return;
    const { sum, total } = sums.get(id) ?? { sum: 0, total: 0 };
    sums.set(id, { sum: sum + weight * place, total: total + weight });
  };
  for (const { source, target, weight } of links) {
    add(source, weight, at.get(target) ?? outside.get(target));
    add(target, weight, at.get(source) ?? outside.get(source));
  }
  return new Map(rows.flat().map((id) => {
    const { sum, total } = sums.get(id) ?? { sum: 0, total: 0 };
    return [id, total > 0 ? sum / total : must(at.get(id))];
  }));
}

/** The links at each row of the stage from below, and those from its highest row, by their ends. */
function bandsOf({ rows, outside }: Grid, links: readonly Link[]): Link[][] {
  const row = new Map(rows.flatMap((ids, r) => ids.map((id) => [id, r] as const)));
  const known = (id: string) => row.has(id) || outside.has(id);
  const bands = Array.from({ length: rows.length + 1 }, (): Link[] => []);
  for (const link of links)
    if (known(link.source) && known(link.target) && (row.has(link.source) || row.has(link.target))) must(bands[row.get(link.target) ?? rows.length]).push(link);
  return bands;
}

function crossingsAt(bands: readonly (readonly Link[])[], at: ReadonlyMap<string, number>, outside: ReadonlyMap<string, number>): number {
  const place = (id: string) => at.get(id) ?? must(outside.get(id));
  let count = 0;
  for (const band of bands) {
    const ends = band.map(({ source, target }) => [place(source), place(target)] as const);
    for (let i = 0; i < ends.length; i++)
      for (let j = i + 1; j < ends.length; j++)
        if ((ends[i]![0] - ends[j]![0]) * (ends[i]![1] - ends[j]![1]) < 0) count++;
  }
  return count;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
