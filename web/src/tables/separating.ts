// What separates compared classes, or groups of them, as tables: in place of the rankings, and for files.
import { type BetweenGroups, type Caused, leastOdds, type Odds, type Separated, type Separating } from "../separating";
import { plural } from "../format";
import { inPercent, type Twin } from "./twin";

const figures = (value: number): number => Number(value.toPrecision(4));

/** Of the class that is named. */
const ratios = ({ log, low, high }: Odds): number[] => [log, low, high].map((value) => figures(Math.exp(value)));

const whetherEven = (odds: Odds): string => (leastOdds(odds) > 0 ? "excludes 1" : "includes 1");

/** Nothing where there are no odds; of odds that are at most so, no interval. */
function oddsOf({ odds, isBound }: Separated): (number | string | null)[] {
  if (odds === null) return [null, null, null, null];
  return isBound ? [figures(Math.exp(odds.log)), null, null, "none: at most this ratio"] : [...ratios(odds), whetherEven(odds)];
}

const ODDS = ["odds ratio", "low", "high", "interval"];

/** names  of the classes, in their order */
export function separatingTwins(found: Separating, caused: readonly Caused[], names: readonly string[]): Twin[] {
  const counts = names.map((name) => `${name}, pictures`);
  const columns = ["stands out", ...ODDS, "difference of shares, %", ...counts];
  const rest = (row: Separated) => [names[row.place], ...oddsOf(row), inPercent(row.difference), ...row.counts];
  const drops = names.flatMap((name) => [`${name}, loss`, `${name}, low`, `${name}, high`]);
  const by = found.guessed.length ? "difference of shares" : "odds";
  return [
    ...(caused.length ? [{ title: "Effects of single channels, log-odds", columns: ["switched off", "stands out", "difference", ...drops], rows: caused.map(({ id, place, difference, effects }) => [id, names[place], figures(difference), ...effects.flatMap(({ drop, low, high }) => [drop, low, high])]) }] : []),
    { title: `Channels by ${by}`, columns: ["channel", ...columns], rows: found.channels.map((row) => [row.id, ...rest(row)]) },
    { title: `Edges by ${by}`, columns: ["from", "to", ...columns], rows: found.edges.map((row) => [...row.id.split(">"), ...rest(row)]) },
  ];
}

/** Odds are those of the first group by those of the second. */
export function groupTwins(channels: readonly BetweenGroups[], edges: readonly BetweenGroups[], sides: readonly { readonly name: string; readonly classes: readonly number[] }[]): Twin[] {
  const columns = [...ODDS, ...sides.map(({ name, classes }) => `${name}, of ${plural(classes.length, "class", "classes")}`)];
  const rest = ({ odds, here, there }: BetweenGroups) => [...ratios(odds), whetherEven(odds), here, there];
  return [
    { title: "Channels by odds", columns: ["channel", ...columns], rows: channels.map((row) => [row.id, ...rest(row)]) },
    { title: "Edges by odds", columns: ["from", "to", ...columns], rows: edges.map((row) => [...row.id.split(">"), ...rest(row)]) },
  ];
}
