// The order of channels in their rows: few crossings, the same answer every time, near to what the user saw last.
import { must } from "../must";

export interface Link {
  readonly source: string; // in the lower row
  readonly target: string;
  readonly weight: number;
}

type Rows = readonly (readonly string[])[];

const SWEEPS = 12; // up and down in turn; the bears settle after 5
const WORTH = 0.7; // channels that the user saw change places only for 30 % fewer crossings

/**
 * Barycentre sweeps: each row in turn is sorted by the mean place of its neighbours, weighted by the edges.
 * rows    lowest first, each in its start order
 * block   0, 1, 2, ...: channels of one block stay together and blocks keep their order (only A | both | only B)
 * seen    channels that the user saw in the start order
 * returns the best arrangement found, the start included: a seed that cannot be improved is kept as it is
 */
export function orderRows(
  rows: Rows,
  links: readonly Link[],
  block: (id: string) => number = () => 0,
  seen: ReadonlyMap<string, unknown> = new Map(),
): string[][] {
  const neighbours = adjacency(rows, links);
  const start = rows.map((row) => sortStably(row, block));
  const free = sweep(start, links, (order, up) => sweepOnce(order, neighbours, block, up));
  if (!rows.flat().some((id) => seen.has(id))) return free;
  const held = sweep(start, links, (order, up) => hold(start, sweepOnce(order, neighbours, block, up), block, seen));
  return crossings(free, links) < WORTH * crossings(held, links) ? free : held;
}

/** A dozen steps, up and down in turn; the best arrangement on the way. */
function sweep(start: string[][], links: readonly Link[], step: (order: string[][], up: boolean) => string[][]): string[][] {
  let [current, best] = [start, start];
  let fewest = crossings(start, links);
  for (let k = 0; k < SWEEPS && fewest > 0; k++) {
    current = step(current, k % 2 === 0);
    const count = crossings(current, links);
    if (count < fewest) [best, fewest] = [current, count];
  }
  return best;
}

/** Puts the seen channels of each row and block back into their start order, at the places that seen channels have. */
function hold(start: Rows, order: Rows, block: (id: string) => number, seen: ReadonlyMap<string, unknown>): string[][] {
  return order.map((row, r) => {
    const queues = new Map<number, string[]>();
    for (const id of must(start[r])) if (seen.has(id)) push(queues, block(id), id);
    return row.map((id) => (seen.has(id) ? must(must(queues.get(block(id))).shift()) : id));
  });
}

interface Neighbours {
  readonly below: Map<string, Link[]>;
  readonly above: Map<string, Link[]>;
}

function sweepOnce(rows: string[][], neighbours: Neighbours, block: (id: string) => number, up: boolean): string[][] {
  const next = rows.map((row) => [...row]);
  const at = new Map(next.flatMap((row) => [...places(row, block)]));
  const turn = next.map((_, r) => (up ? r : next.length - 1 - r));
  for (const r of turn) {
    const row = must(next[r]);
    const wish = new Map(row.map((id) => [id, barycentre(id, up ? neighbours.below : neighbours.above, up, at)]));
    const sorted = sortStably(row, (id) => block(id) * BLOCK + must(wish.get(id)));
    next[r] = sorted;
    for (const [id, place] of places(sorted, block)) at.set(id, place);
  }
  return next;
}

/** Weighted mean place of the neighbours on one side; a channel without any stays where it is. */
function barycentre(id: string, side: Map<string, Link[]>, up: boolean, at: Map<string, number>): number {
  let total = 0;
  let sum = 0;
  for (const link of side.get(id) ?? []) {
    total += link.weight;
    sum += link.weight * must(at.get(up ? link.source : link.target));
  }
  return total > 0 ? sum / total : must(at.get(id));
}

const BLOCK = 1e4; // wider than any row

/** Places as they are drawn: centred in the block, blocks side by side. */
export function places(row: readonly string[], block: (id: string) => number): Map<string, number> {
  const sizes = new Map<number, number>();
  for (const id of row) sizes.set(block(id), (sizes.get(block(id)) ?? 0) + 1);
  const seen = new Map<number, number>();
  return new Map(
    row.map((id) => {
      const b = block(id);
      const k = seen.get(b) ?? 0;
      seen.set(b, k + 1);
      return [id, b * 100 + k - (must(sizes.get(b)) - 1) / 2];
    }),
  );
}

function adjacency(rows: Rows, links: readonly Link[]): Neighbours {
  const known = new Set(rows.flat());
  const below = new Map<string, Link[]>();
  const above = new Map<string, Link[]>();
  for (const link of links) {
    for (const id of [link.source, link.target])
      if (!known.has(id)) throw new Error(`edge ${link.source} -> ${link.target}: channel ${id} is in no row`);
    push(below, link.target, link);
    push(above, link.source, link);
  }
  return { below, above };
}

/** How many pairs of edges between two neighbouring rows cross, over all rows. */
export function crossings(rows: Rows, links: readonly Link[]): number {
  const at = new Map(rows.flatMap((row, r) => row.map((id, k) => [id, { r, k }] as const)));
  const bands = new Map<number, [number, number][]>();
  for (const { source, target } of links) {
    const from = must(at.get(source));
    push(bands, from.r, [from.k, must(at.get(target)).k]);
  }
  let count = 0;
  for (const band of bands.values())
    for (let i = 0; i < band.length; i++)
      for (let j = i + 1; j < band.length; j++)
        if ((band[i]![0] - band[j]![0]) * (band[i]![1] - band[j]![1]) < 0) count++;
  return count;
}

/**
 * The order to start from: channels the user saw keep their order, new ones come in by channel index.
 * A new channel goes before the first seen channel whose index is higher, so the result depends on nothing else.
 */
export function startOrder(row: readonly { id: string; index: number }[], last: ReadonlyMap<string, number>): string[] {
  const byIndex = [...row].sort((a, b) => a.index - b.index);
  const seen = byIndex.filter((item) => last.has(item.id)).sort((a, b) => must(last.get(a.id)) - must(last.get(b.id)));
  const order = seen.map((item) => item);
  for (const item of byIndex.filter((item) => !last.has(item.id))) {
    const before = order.findIndex((other) => other.index > item.index);
    order.splice(before < 0 ? order.length : before, 0, item);
  }
  return order.map((item) => item.id);
}

function sortStably(row: readonly string[], key: (id: string) => number): string[] {
  return [...row].sort((a, b) => key(a) - key(b));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
