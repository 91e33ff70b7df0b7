// What a class loses without its graph's channels, as `summit check` measured it: for rows, for the column, for tables.
import { plural } from "./format";
import type { RowDrop } from "./layout/scene";
import type { Faithfulness } from "./types";

/** By layer; none where nothing was measured, or nothing is above 0. */
export function rowDrops(found: Faithfulness | null | undefined): Map<string, RowDrop> {
  const layers = found?.layers ?? [];
  const most = Math.max(0, ...layers.flatMap(({ drop, null99 }) => [drop, null99]));
  return new Map(most > 0 ? layers.map(({ layer, drop, nullMean, null99 }) => [layer, { drop, nullMean, null99, most }]) : []);
}

/** A difference of log-odds: "1.92", "−0.05" */
export const odds = (value: number): string => value.toFixed(2).replace("-", "−");

/** "fall by 1.92", "rise by 0.05" */
export const fall = (drop: number): string => (drop < 0 ? `rise by ${odds(-drop)}` : `fall by ${odds(drop)}`);

/** Of one row. */
export const tellDrop = ({ drop, nullMean, null99 }: RowDrop): string =>
  `Without these channels the class's log-odds ${fall(drop)}; without as many random ones they ${fall(nullMean)} (99 % of draws: ${null99 < 0 ? "a rise above" : "a fall below"} ${odds(Math.abs(null99))})`;

/** "Switching off ... one layer at a time, costs 1.92 of log-odds on average; as many random channels cost 0.08." */
export const tellDrops = ({ pictures, draws, drop, nullMean }: Faithfulness): string =>
  `Switching the graph's channels off, one layer at a time, costs ${odds(drop)} of the class's log-odds on average; as many random channels cost ${odds(nullMean)} (${plural(pictures, "picture")}, ${plural(draws, "draw")} per layer).`;
