// What separates compared classes: which of them has a channel or an edge more than the others, by the odds of counts, and
// which loses more when a channel is switched off. Pure.
import { boundsOf } from "./layout/algebra";
import type { ComparedGraph } from "./types";

const Z = 1.959964; // 95 % of a normal distribution
const HALF = 0.5; // a picture, added to each number of a table, so that none is 0 (Haldane and Anscombe)

/** A ratio of odds as its natural logarithm, with a 95 % interval (Woolf). */
export interface Odds {
  readonly log: number;
  readonly low: number;
  readonly high: number;
}

/** Odds of `count` of `total` by those of `other` of `otherTotal`. */
export function oddsRatio(count: number, total: number, other: number, otherTotal: number): Odds {
  const cells = [count, total - count, other, otherTotal - other].map((value) => Math.max(0, value) + HALF) as [number, number, number, number];
  const log = Math.log((cells[0] * cells[3]) / (cells[1] * cells[2]));
  const wide = Z * Math.sqrt(cells.reduce((sum, value) => sum + 1 / value, 0));
  return { log, low: log - wide, high: log + wide };
}

/** How far the odds are from even at least: the end of the interval that is nearest to even odds, 0 where it holds them. */
export const leastOdds = ({ low, high }: Odds): number => Math.max(0, low, -high);

export interface Separated {
  readonly id: string; // of a channel, or "source>target"
  readonly place: number; // of the class that stands out, among those compared
  readonly odds: Odds; // ... against all others together; below 0 where it has it less
  readonly isBound: boolean; // a count is not known and taken as 0: the odds are at most those
  readonly counts: readonly (number | null)[]; // of each class, in their order; null: its graph lacks it, and no more is known
}

/** Channels or edges, the one that separates most first. totals  pictures of each class; of two classes the one that has it more stands out */
export function separate(items: readonly { readonly id: string; readonly counts: readonly (number | null)[] }[], totals: readonly number[]): Separated[] {
  const rows = items.map(({ id, counts }) => ({ id, counts, isBound: counts.includes(null), ...outstanding(counts, totals) }));
  return rows.sort((a, b) => compareOdds(a.odds, b.odds) || (a.id < b.id ? -1 : 1));
}

/** Among those whose count is known. */
function outstanding(counts: readonly (number | null)[], totals: readonly number[]): { place: number; odds: Odds } {
  const [all, pictures] = [sum(counts.map((count) => count ?? 0)), sum(totals)];
  const each = counts.flatMap((count, place) => (count === null ? [] : [{ place, odds: oddsRatio(count, totals[place]!, all - count, pictures - totals[place]!) }]));
  const isBefore = ({ odds: a }: { odds: Odds }, { odds: b }: { odds: Odds }) => (counts.length > 2 ? compareOdds(a, b) < 0 : a.log > b.log);
  return each.reduce((best, one) => (isBefore(one, best) ? one : best));
}

/** The odds that are surely farthest from even come first. */
const compareOdds = (a: Odds, b: Odds): number => leastOdds(b) - leastOdds(a) || Math.abs(b.log) - Math.abs(a.log);

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** Counts beside those of graphs, by channel and by edge: of each class, in their order. */
export interface Beyond {
  readonly channels: ReadonlyMap<string, readonly (number | null)[]>;
  readonly edges: ReadonlyMap<string, readonly (number | null)[]>;
}

export interface Separating {
  readonly channels: readonly Separated[];
  readonly edges: readonly Separated[];
  readonly guessed: readonly number[]; // classes whose number of pictures is not known: their largest count stands in
  readonly isPartial: boolean; // of what some graph lacks the count is not known, and taken as 0
}

/** beyond  null: nothing but graphs is known */
export function separating(compared: ComparedGraph, classes: readonly number[], beyond: Beyond | null): Separating {
  const totals = classes.map((index) => compared.classes.find((item) => item.index === index)?.images ?? boundsOf(compared, index));
  const ofGraph = (holders: readonly number[], values: readonly number[]) => classes.map((index) => values[holders.indexOf(index)] ?? null);
  const channels = compared.channels.map(({ channel, classes: holders, counts }) => ({ id: channel.id, counts: beyond?.channels.get(channel.id) ?? ofGraph(holders, counts) }));
  const edges = compared.edges.map(({ source, target, classes: holders, weights }) => {
    const id = `${source}>${target}`;
    return { id, counts: beyond?.edges.get(id) ?? ofGraph(holders, weights) };
  });
  return {
    channels: separate(channels, totals),
    edges: separate(edges, totals),
    guessed: classes.filter((index) => compared.classes.find((item) => item.index === index)?.images == null),
    isPartial: [...channels, ...edges].some(({ counts }) => counts.includes(null)),
  };
}

/** What a class loses when a channel alone is switched off: log-odds, with a 95 % interval over pictures. */
export interface Effect {
  readonly channel: string;
  readonly drop: number;
  readonly low: number | null; // null: of a single picture
  readonly high: number | null;
  readonly pictures: number;
}

export interface Caused {
  readonly id: string;
  readonly place: number; // of the class that stands out
  readonly difference: number; // its drop less the mean of the others'; below 0 where they need the channel more
  readonly effects: readonly Effect[]; // of each class, in their order
}

/** The channels that were measured on every class, the largest difference first. lists  of effects, of each class; of two classes the one that needs it more stands out */
export function causes(lists: readonly (readonly Effect[])[]): Caused[] {
  const known = lists.map((list) => new Map(list.map((effect) => [effect.channel, effect])));
  const rows = [...(known[0]?.keys() ?? [])].flatMap((id): Caused[] => {
    const effects = known.flatMap((of) => of.get(id) ?? []);
    return effects.length === lists.length ? [{ id, effects, ...needing(effects.map(({ drop }) => drop)) }] : [];
  });
  return rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || (a.id < b.id ? -1 : 1));
}

function needing(drops: readonly number[]): { place: number; difference: number } {
  const all = sum(drops);
  const each = drops.map((drop, place) => ({ place, difference: drop - (all - drop) / (drops.length - 1) }));
  const size = (difference: number) => (drops.length > 2 ? Math.abs(difference) : difference);
  return each.reduce((best, one) => (size(one.difference) > size(best.difference) ? one : best));
}

/** Of a channel or an edge in two groups of classes. */
export interface BetweenGroups {
  readonly id: string;
  readonly here: number; // classes of the first group whose graphs have it
  readonly there: number;
  readonly odds: Odds; // over classes
}

/** rows  of the stored queries separating_channels and separating_edges;  sizes  classes of each group */
export function betweenGroups(rows: readonly Omit<BetweenGroups, "odds">[], [first, second]: readonly [number, number]): BetweenGroups[] {
  const found = rows.map(({ id, here, there }) => ({ id, here, there, odds: oddsRatio(here, first, there, second) }));
  return found.sort((a, b) => compareOdds(a.odds, b.odds) || (a.id < b.id ? -1 : 1));
}

/** "12 ×", "3.4 ×": how many times larger the larger odds are. */
export function times(log: number): string {
  const value = Math.exp(Math.abs(log));
  return `${value >= 99.5 ? new Intl.NumberFormat("en", { maximumSignificantDigits: 2 }).format(value) : value >= 9.95 ? value.toFixed(0) : value.toFixed(1)} ×`;
}
