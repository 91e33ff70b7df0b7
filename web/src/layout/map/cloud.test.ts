import { expect, test } from "vitest";
import { cloudOf } from "./cloud";
import { atRest, between } from "./morph";

const points = { classes: [4, 7, 9], x: [1, 2, 3], y: [10, 20, 30] };
const looks = new Map([[4, 1], [9, 0]]);

test("points of a group lie on those of none, and otherwise in their order", () => {
  const cloud = cloudOf(atRest(points), looks, null);
  expect([...cloud.x]).toEqual([2, 1, 3]);
  expect([...cloud.y]).toEqual([20, 10, 30]);
  expect([...cloud.looks]).toEqual([-1, 1, 0]);
});

test("points that are not meant are faint", () => {
  const [other = 0, first = 0, last = 0] = cloudOf(atRest(points), looks, new Set([4, 7])).opacity;
  expect(first).toBe(other);
  expect(last).toBeLessThan(first / 2);
});

test("a point that has left its layer is not to be seen", () => {
  const at = between(atRest(points), { classes: [4, 9], x: [1, 3], y: [10, 30] });
  expect(cloudOf(at(1), looks, null).opacity[0]).toBe(0);
  expect(cloudOf(at(0.5), looks, null).opacity[0]).toBeGreaterThan(0);
});

test("other looks of the same classes are seen", () => {
  const moment = atRest(points);
  cloudOf(moment, looks, null);
  expect([...cloudOf(moment, new Map([[7, 2]]), null).looks]).toEqual([-1, -1, 2]);
});
