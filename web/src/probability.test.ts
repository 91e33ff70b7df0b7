import { expect, test } from "vitest";
import { areLikely, countBeyond, fading, isBeyondChance, isUnsure } from "./probability";
import type { ComparedChannel } from "./types";

const alone = (index: number, probabilities: (number | null)[]) => ({ classes: [index], probabilities }) as unknown as ComparedChannel;

test("what is known is the fainter, the less sure; below one half the outline says so", () => {
  expect([fading(1), fading(null), fading(undefined)]).toEqual([1, 1, 1]);
  expect(fading(0)).toBeLessThan(fading(0.5));
  expect([isUnsure(0.49), isUnsure(0.5), isUnsure(null)]).toEqual([true, false, false]);
});

test("probabilities are known where one of any class is", () => {
  expect([[{ probability: 0 }], [{ probabilities: [null, 0.5] }]].map(areLikely)).toEqual([true, true]);
  expect([[], [{}], [{ probability: null }], [{ probabilities: [null, null] }], [{ probabilities: null }]].map(areLikely)).toEqual([false, false, false, false, false]);
});

test("a difference is beyond resampling where one class has the channel nearly always and the other hardly ever", () => {
  expect(isBeyondChance(alone(7, [0.95, 0.05]), [7, 3])).toBe(true);
  expect(isBeyondChance(alone(7, [0.94, 0.05]), [7, 3])).toBe(false);
  expect(isBeyondChance(alone(3, [0.02, 1]), [7, 3])).toBe(true);
  expect(isBeyondChance(alone(3, [1, 0.02]), [7, 3])).toBe(false);
  expect(isBeyondChance(alone(7, [0.95, null]), [7, 3])).toBeNull();
  expect(isBeyondChance({ classes: [7, 3], probabilities: [1, 1] }, [7, 3])).toBeNull();
});

test("channels of one class alone are counted where probabilities of both are known", () => {
  expect(countBeyond({ channels: [alone(7, [1, 0]), alone(7, [0.6, 0.4]), alone(3, [null, 1])] }, [7, 3])).toEqual({ beyond: 1, of: 2 });
  expect(countBeyond({ channels: [alone(7, [null, null])] }, [7, 3])).toBeNull();
});
