import { expect, test } from "vitest";
import { inside, nearest, towards } from "./near";

const points = { classes: [10, 11, 12, 13], x: [0, 2, 0, -1], y: [0, 0.5, 3, -4] };

test("the nearest point is found within reach, and none beyond it", () => {
  expect(nearest(points, 1.8, 0.4, 1)).toBe(11);
  expect(nearest(points, 8, 8, 1)).toBeNull();
  expect(nearest(points, 1, 0.5, 1)).toBe(11);
  expect(nearest({ classes: [], x: [], y: [] }, 0, 0, 9)).toBeNull();
});

test("an arrow leads to the nearest class that lies that way", () => {
  expect(towards(points, 10, "right")).toBe(11);
  expect(towards(points, 10, "up")).toBe(12);
  expect(towards(points, 10, "down")).toBe(13);
  expect(towards(points, 10, "left")).toBeNull();
  expect(towards(points, 99, "up")).toBeNull();
});

test("straight on is preferred to a little nearer but aside", () => {
  const crowd = { classes: [0, 1, 2], x: [0, 3, 2.5], y: [0, 0, 2.4] };
  expect(towards(crowd, 0, "right")).toBe(1);
});

test("a lasso holds what it is drawn around", () => {
  expect(inside(points, [[-1, -1], [3, -1], [3, 2], [-1, 2]])).toEqual([10, 11]);
  expect(inside(points, [[-1, -1], [3, -1]])).toEqual([]);
});
