// What separates compared classes as tables, in place of the rankings and for files.
import type { Caused, Odds, Separated, Separating } from "../separating";
import type { Twin } from "./twin";

const figures = (value: number): number => Number(value.toPrecision(4));

/** Of the class that is named; of odds that are at most so, without an interval. */
const oddsOf = ({ log, low, high }: Odds, isBound: boolean): (number | string | null)[] =>
  isBound ? [figures(Math.exp(log)), null, null, "at most"] : [...[log, low, high].map((value) => figures(Math.exp(value))), low > 0 || high < 0 ? "not even" : "may be even"];

/** names  of the classes, in their order */
export function separatingTwins(found: Separating, caused: readonly Caused[], names: readonly string[]): Twin[] {
  const counts = names.map((name) => `${name}, pictures`);
  const columns = ["stands out", "odds ratio", "low", "high", "sure", ...counts];
  const rest = ({ place, odds, isBound, counts: held }: Separated) => [names[place], ...oddsOf(odds, isBound), ...held];
  const drops = names.flatMap((name) => [`${name}, loss`, `${name}, low`, `${name}, high`]);
  return [
    ...(caused.length ? [{ title: "Effects of single channels, log-odds", columns: ["switched off", "stands out", "difference", ...drops], rows: caused.map(({ id, place, difference, effects }) => [id, names[place], figures(difference), ...effects.flatMap(({ drop, low, high }) => [drop, low, high])]) }] : []),
    { title: "Channels by odds", columns: ["channel", ...columns], rows: found.channels.map((row) => [row.id, ...rest(row)]) },
    { title: "Edges by odds", columns: ["from", "to", ...columns], rows: found.edges.map((row) => [...row.id.split(">"), ...rest(row)]) },
  ];
}
