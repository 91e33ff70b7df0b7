import { expect, test } from "vitest";
import { bow, leaps } from "./trail";

test("a way bends to its left, and the way back is another line", () => {
  expect(bow([0, 0], [10, 0]).over).toEqual([5, -1.6]);
  expect(bow([10, 0], [0, 0]).over).toEqual([5, 1.6]);
});

test("the longest leaps come first, and standing still is none", () => {
  const trail = [{ layer: "a", x: 0, y: 0 }, { layer: "b", x: 3, y: 4 }, { layer: "c", x: 3, y: 4 }, { layer: "d", x: 3, y: 5 }];
  expect(leaps(trail, 5)).toEqual([{ from: "a", to: "b", distance: 5 }, { from: "c", to: "d", distance: 1 }]);
  expect(leaps(trail, 1)).toHaveLength(1);
});
