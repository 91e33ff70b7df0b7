// What separates compared classes: which of them has a channel or an edge more than the others, by the odds of counts, and
// which loses more when a channel is switched off. Pure.
import { boundsOf } from "./layout/algebra";
import type { ComparedGraph } from "./types";
import { must } from "./must";

// 95 % of a normal distribution, for 1 to 12 intervals together (Bonferroni)
const Z = [1.959964, 2.241403, 2.39398, 2.497705, 2.575829, 2.638257, 2.69011, 2.734369, 2.772921, 2.807034, 2.837597, 2.86526];
const HALF = 0.5; // a picture, added to each number of a table, so that none is 0 (Haldane and Anscombe)

/** A ratio of odds as its natural logarithm, with a 95 % interval (Woolf). */
export interface Odds {
  readonly log: number;
  readonly low: number;
  readonly high: number;
}

/** Odds of `count` of `total` by those of `other` of `otherTotal`. among  how many such intervals hold together: 1 to 12 */
export function oddsRatio(count: number, total: number, other: number, otherTotal: number, among = 1): Odds {
  const z = Z[among - 1];
  if (z === undefined) throw new RangeError(`Intervals hold together for 1 to ${Z.length} classes, not for ${among}.`);
  const cells = [count, total - count, other, otherTotal - other].map((value) => Math.max(0, value) + HALF) as [number, number, number, number];
  const log = Math.log((cells[0] * cells[3]) / (cells[1] * cells[2]));
  const wide = z * Math.sqrt(cells.reduce((sum, value) => sum + 1 / value, 0));
  return { log, low: log - wide, high: log + wide };
}

/** How far the odds are from even at least: the end of the interval that is nearest to even odds, 0 where it holds them. isBound  they may be lower by any amount */
export const leastOdds = ({ low, high }: Odds, isBound = false): number => Math.max(0, isBound ? 0 : low, -high);

export interface Separated {
  readonly id: string; // of a channel, or "source>target"
  readonly place: number; // of the class that stands out, among those compared
  readonly odds: Odds | null; // ... against all others together; below 0 where it has it less; null: how many pictures a class has is not known
  readonly isBound: boolean; // a count is not known and taken as 0: the odds are at most those
  readonly difference: number; // the class's share less the mean share of the others, -1..1, where a count that is not known is 0
  readonly counts: readonly (number | null)[]; // of each class, in their order; null: its graph lacks it, and no more is known
}

interface Item {
  readonly id: string;
  readonly counts: readonly (number | null)[];
}

/** Channels or edges, the one that separates most first: by odds, those with a count that is not known last. totals  pictures of each class; of two classes the one that has it more stands out */
export function separate(items: readonly Item[], totals: readonly number[]): Separated[] {
  const rows = items.map(({ id, counts }) => {
    const isBound = counts.includes(null);
    const found = outstanding(counts, totals, isBound);
    const shares = sharesOf(counts, totals);
    return { id, counts, isBound, ...found, difference: beyondOthers(shares, must(shares[found.place])) };
  });
  return rows.sort((a, b) => Number(a.isBound) - Number(b.isBound) || compareOdds(a.odds, b.odds, a.isBound) || byId(a, b));
}

/** Channels or edges by the difference of shares, the largest first. totals  of each class, which its counts are shares of */
export function separateByShares(items: readonly Item[], totals: readonly number[]): Separated[] {
  const rows = items.map(({ id, counts }) => {
    const shares = sharesOf(counts, totals);
    const isKnown = (place: number) => counts[place] !== null;
    return { id, counts, isBound: false, odds: null, ...farthest(shares, isKnown) };
  });
  return rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || byId(a, b));
}

/** Among those whose count is known. Of three and more classes any could have stood out, so the intervals of all hold together. */
function outstanding(counts: readonly (number | null)[], totals: readonly number[], isBound: boolean): { place: number; odds: Odds } {
  const [all, pictures] = [sum(counts.map((count) => count ?? 0)), sum(totals)];
  const among = counts.length > 2 ? counts.length : 1;
  const each = counts.flatMap((count, place) => {
    const total = must(totals[place]);
    return count === null ? [] : [{ place, odds: oddsRatio(count, total, all - count, pictures - total, among) }];
  });
  const isBefore = ({ odds: a }: { odds: Odds }, { odds: b }: { odds: Odds }) => (counts.length > 2 ? compareOdds(a, b, isBound) < 0 : a.log > b.log);
  return each.reduce((best, one) => (isBefore(one, best) ? one : best));
}

/** The odds that are surely farthest from even come first. */
const compareOdds = (a: Odds, b: Odds, isBound = false): number => leastOdds(b, isBound) - leastOdds(a, isBound) || Math.abs(b.log) - Math.abs(a.log);

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : Number(a.id > b.id));

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const sharesOf = (counts: readonly (number | null)[], totals: readonly number[]): number[] => counts.map((count, k) => (count ?? 0) / Math.max(1, must(totals[k])));

/** One of the values less the mean of the others. */
const beyondOthers = (values: readonly number[], value: number): number => value - (sum(values) - value) / (values.length - 1);

/** The value that differs most from the mean of the others; of two the larger. mayBe  whether a place may stand out */
function farthest(values: readonly number[], mayBe: (place: number) => boolean = () => true): { place: number; difference: number } {
  const each = values.map((value, place) => ({ place, difference: beyondOthers(values, value) })).filter(({ place }) => mayBe(place));
  const size = (difference: number) => (values.length > 2 ? Math.abs(difference) : difference);
  return each.reduce((best, one) => (size(one.difference) > size(best.difference) ? one : best));
}

/** Counts beside those of graphs, by channel and by edge: of each class, in their order. */
export interface Beyond {
  readonly channels: ReadonlyMap<string, readonly (number | null)[]>;
  readonly edges: ReadonlyMap<string, readonly (number | null)[]>;
}

export interface Separating {
  readonly channels: readonly Separated[];
  readonly edges: readonly Separated[];
  readonly guessed: readonly number[]; // classes whose number of pictures is not known: shares are of their largest count, and there are no odds
  readonly isPartial: boolean; // of what some graph lacks the count is not known, and taken as 0
}

/** The classes whose number of pictures is not known: their graphs come from elsewhere, counted already. */
export const uncounted = (compared: ComparedGraph, classes: readonly number[]): number[] =>
  classes.filter((index) => compared.classes.find((item) => item.index === index)?.images == null);

/** beyond  null: nothing but graphs is known */
export function separating(compared: ComparedGraph, classes: readonly number[], beyond: Beyond | null): Separating {
  const totals = classes.map((index) => compared.classes.find((item) => item.index === index)?.images ?? boundsOf(compared, index));
  const ofGraph = (holders: readonly number[], values: readonly number[]) => classes.map((index) => values[holders.indexOf(index)] ?? null);
  const channels = compared.channels.map(({ channel, classes: holders, counts }) => ({ id: channel.id, counts: beyond?.channels.get(channel.id) ?? ofGraph(holders, counts) }));
  const edges = compared.edges.map(({ source, target, classes: holders, weights }) => {
    const id = `${source}>${target}`;
    return { id, counts: beyond?.edges.get(id) ?? ofGraph(holders, weights) };
  });
  const guessed = uncounted(compared, classes);
  const rank = guessed.length ? separateByShares : separate;
  return {
    channels: rank(channels, totals),
    edges: rank(edges, totals),
    guessed,
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
    return effects.length === lists.length ? [{ id, effects, ...farthest(effects.map(({ drop }) => drop)) }] : [];
  });
  return rows.sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference) || byId(a, b));
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
  return found.sort((a, b) => compareOdds(a.odds, b.odds) || byId(a, b));
}

/** "12 ×", "3.4 ×": how many times larger the larger odds are. */
export function times(log: number): string {
  const value = Math.exp(Math.abs(log));
  return `${value >= 99.5 ? new Intl.NumberFormat("en", { maximumSignificantDigits: 2 }).format(value) : value >= 9.95 ? value.toFixed(0) : value.toFixed(1)} ×`;
}
