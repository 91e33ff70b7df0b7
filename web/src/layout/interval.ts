// Where a value and its interval stand on an axis that has 0, even odds or no loss, in its middle. Pure.

export interface Value {
  readonly at: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Values so far from 0 reach the ends of the axis: the farthest value itself; intervals may be longer, and are cut. */
export const reachOf = (values: readonly Value[]): number => Math.max(1e-9, ...values.map(({ at }) => Math.abs(at))) * 1.1;

export interface Placed {
  readonly x: number; // px
  readonly from: number; // of the interval
  readonly to: number;
  readonly isCut: boolean; // the interval goes on beyond the axis
}

/** reach  of the axis to either side;  width  of the axis, px */
export function placed({ at, low, high }: Value, reach: number, width: number): Placed {
  const x = (value: number) => (width / 2) * (1 + Math.max(-1, Math.min(1, value / reach)));
  const ends = [low ?? at, high ?? at] as const;
  return { x: x(at), from: x(ends[0]), to: x(ends[1]), isCut: ends.some((end) => Math.abs(end) > reach) };
}
