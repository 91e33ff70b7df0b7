// The lines of a ranking of what separates classes, from numbers to words. Pure but for the links' targets.
import { number, plural, points, shortId, withName } from "../format";
import { odds as inOdds } from "../drops";
import { idToPin } from "../layout/relate";
import { type BetweenGroups, type Caused, leastOdds, type Odds, type Separated, times } from "../separating";
import type { Score } from "../state";
import type { ComparedGraph, Model } from "../types";
import type { Cell, Line, Mark, Section } from "../views/separating";
import { groundOf, toneOf } from "../views/tones";
import type { Side } from "./groupSides";
import { must } from "../must";

/** What lines are about. */
export interface Subject {
  readonly model: Model;
  readonly compared: ComparedGraph;
  readonly classes: readonly number[];
  readonly score: Score;
  name(index: number): string;
  nameOf(id: string): string | null; // a channel's, by a person
}

const PAIR = ["var(--class-a)", "var(--class-b)"] as const;

/** The colour of a compared class, as the room's other pictures have it. */
export const colourOf = (place: number, count: number): string => (count === 2 ? must(PAIR[place]) : toneOf(place));

const EVEN = "var(--second)";

/** "8.0 to 18 ×", "0.8 to 2.1 ×": from the ends of an interval, in the direction of the ratio. */
function intervalOf({ log, low, high }: Odds): string {
  const [near, far] = log < 0 ? [-high, -low] : [low, high];
  const end = (value: number) => (value < 0 ? (Math.exp(value) < 0.1 ? "< 0.1" : Math.exp(value).toFixed(1)) : times(value).slice(0, -2));
  return `${end(near)} to ${end(far)}`;
}

const isSure = (odds: Odds): boolean => leastOdds(odds) > 0;

/** At the left the first of two, at the right the second; of more classes at the right those that have it more. */
function markOf({ log, low, high }: Odds, tone: string, place: number, count: number): Mark {
  const isTurned = count === 2 && place === 0;
  return isTurned ? { at: -log, low: -high, high: -low, tone } : { at: log, low, high, tone };
}

/** A class's name is in its colour where two are compared; the colours of more are too light for text, and stand before it. */
const inked = (place: number, count: number): Pick<Line, "tone" | "key"> => (count === 2 ? { tone: colourOf(place, count), key: null } : { tone: "var(--text)", key: groundOf(place) });

export function named(id: string, pictures: ReadonlyMap<string, string | null>, nameOf: (id: string) => string | null): Pick<Line, "id" | "name" | "pictures"> {
  const ends = id.split(">");
  return { id, name: ends.map((end) => withName(shortId(end), nameOf(end))).join(" → "), pictures: ends.map((end) => pictures.get(end) ?? null) };
}

export const picturesOf = ({ channels }: ComparedGraph): Map<string, string | null> => new Map(channels.map(({ channel }) => [channel.id, channel.pictures?.thumbnail ?? null]));

/** A class's number of pictures, which leads to its own graph, with the channel or edge pinned where it has that. */
function cellOf({ model, classes, score, name }: Subject, id: string, k: number, count: number | null, isHeld: boolean): Cell {
  const index = must(classes[k]);
  if (count === null) return { text: "–", about: `not in the graph of ${name(index)}; how often it is counted is not known`, change: null };
  const about = `${plural(count, "picture")} of ${name(index)}${isHeld ? "" : ", not in its graph"}`;
  const change = { room: "explore", class: index, pin: isHeld ? idToPin(model.id, id) : null, score, motif: [], threshold: null } as const;
  return { text: number(count), about, change, ...(isHeld ? {} : { note: "out" }) };
}

/** By odds, or by the difference of shares where there are none. */
export function countLines(subject: Subject, rows: readonly Separated[]): Line[] {
  const { compared, classes, nameOf } = subject;
  const pictures = picturesOf(compared);
  const holders = new Map<string, readonly number[]>([
    ...compared.channels.map(({ channel, classes: held }) => [channel.id, held] as const),
    ...compared.edges.map(({ source, target, classes: held }) => [`${source}>${target}`, held] as const),
  ]);
  return rows.map((row) => {
    const held = holders.get(row.id) ?? [];
    const told = row.odds === null ? tellShares(subject, row) : row.isBound ? tellBound(subject, row, row.odds, held) : tellOdds(subject, row, row.odds);
    return { ...named(row.id, pictures, nameOf), ...told, cells: row.counts.map((count, k) => cellOf(subject, row.id, k, count, held.includes(must(classes[k])))) };
  });
}

type Told = Pick<Line, "marks" | "tone" | "key" | "words" | "interval">;

const UNSURE = { tone: EVEN, key: null };

function tellOdds({ classes, name }: Subject, { place }: Separated, odds: Odds): Told {
  const [isClear, count] = [isSure(odds), classes.length];
  return {
    marks: [markOf(odds, isClear ? colourOf(place, count) : EVEN, place, count)],
    ...(isClear ? inked(place, count) : UNSURE),
    words: `${name(must(classes[place]))} ${odds.log < 0 ? "less, " : ""}${times(odds.log)}`,
    interval: intervalOf(odds),
  };
}

/** A count that is not known is 0 at least, so the odds are at most these: a class that has it less has it less by at least so much. */
function tellBound({ classes, name }: Subject, { place }: Separated, odds: Odds, held: readonly number[]): Told {
  const [which, count, isLess] = [name(must(classes[place])), classes.length, odds.log < 0];
  const isClear = held.length === 1 || leastOdds(odds, true) > 0;
  const range = isLess ? { log: odds.log, low: -Infinity, high: odds.log } : { log: odds.log, low: 0, high: odds.log };
  return {
    marks: [markOf(range, isClear ? colourOf(place, count) : EVEN, place, count)],
    ...(isClear ? inked(place, count) : UNSURE),
    words: isLess ? `${which} less` : held.length === 1 ? `only ${which}` : which,
    interval: `at ${isLess ? "least" : "most"} ${times(odds.log)}`,
  };
}

function tellShares({ classes, name }: Subject, { place, difference, counts }: Separated): Told {
  const count = classes.length;
  const lacking = counts.filter((value) => value === null).length;
  const at = count === 2 && place === 0 ? -difference : difference;
  return {
    marks: [{ at, low: null, high: null, tone: colourOf(place, count) }],
    ...inked(place, count),
    words: `${lacking === count - 1 ? "only " : ""}${name(must(classes[place]))} ${points(difference)}`,
    interval: lacking && lacking < count - 1 ? `${plural(lacking, "graph lacks", "graphs lack")} it` : "",
  };
}

export function causedLines({ model, compared, classes, score, name, nameOf }: Subject, rows: readonly Caused[]): Line[] {
  const pictures = picturesOf(compared);
  const held = new Map(compared.channels.map(({ channel, classes: holders }) => [channel.id, holders]));
  return rows.map(({ id, place, difference, effects }) => ({
    ...named(id, pictures, nameOf),
    marks: effects.map(({ drop, low, high }, k) => ({ at: drop, low, high, tone: colourOf(k, classes.length) })),
    ...inked(place, classes.length),
    words: `${name(must(classes[place]))} ${difference < 0 ? "less, " : ""}${inOdds(Math.abs(difference))}`,
    interval: "",
    cells: effects.map(({ drop, low, high, pictures: of }, k) => {
      const index = must(classes[k]);
      const ends = low === null || high === null ? "" : `${inOdds(low)} to ${inOdds(high)}`;
      const about = `${inOdds(drop)} of log-odds of ${name(index)}${ends && `, 95 % interval ${ends}`}, over ${plural(of, "picture")}`;
      const pin = held.get(id)?.includes(index) ? idToPin(model.id, id) : null;
      return { text: inOdds(drop), about, ...(ends ? { note: `${ends}` } : {}), change: { room: "explore", class: index, pin, score, motif: [], threshold: null } };
    }),
  }));
}

export function groupLines(rows: readonly BetweenGroups[], sides: readonly [Side, Side], pictures: ReadonlyMap<string, string | null>, nameOf: (id: string) => string | null): Line[] {
  return rows.map(({ id, here, there, odds }) => {
    const place = odds.log >= 0 ? 0 : 1;
    const turned = place === 0 ? odds : { log: -odds.log, low: -odds.high, high: -odds.low };
    return {
      ...named(id, pictures, nameOf),
      marks: [markOf(turned, isSure(odds) ? PAIR[place] : EVEN, place, 2)],
      ...(isSure(odds) ? inked(place, 2) : { tone: EVEN, key: null }),
      words: `${sides[place].name} ${times(odds.log)}`,
      interval: intervalOf(turned),
      cells: sides.map(({ key, name, classes }, k): Cell => {
        const count = k === 0 ? here : there;
        const change = { room: "explore", group: key === "others" ? null : key, class: classes[0] ?? null, pin: null, score: "activation", motif: [], threshold: null } as const; // which of them have it is not known here
        return { text: number(count), note: `of ${number(classes.length)}`, about: `${number(count)} of ${plural(classes.length, "class", "classes")} of ${name}`, change };
      }),
    };
  });
}

/** How many intervals leave even odds out, among those whose counts are all known; nothing where there are no odds. */
export function tellSure(rows: readonly Separated[]): string | null {
  const known = rows.flatMap(({ odds, isBound }) => (odds === null || isBound ? [] : [odds]));
  const bounds = rows.filter(({ isBound }) => isBound).length;
  if (!known.length) return bounds ? "No row has known counts in all classes." : null;
  const words = `The interval excludes even odds for ${number(known.filter(isSure).length)} of ${number(known.length)}`;
  return bounds ? `${words} whose counts are known in all classes; the others come after them.` : `${words}.`;
}

export const headsOf = ({ classes, name }: Subject): Section["heads"] => classes.map((index, k) => ({ text: name(index), ...inked(k, classes.length) }));
