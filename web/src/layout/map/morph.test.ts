import { expect, test } from "vitest";
import { atRest, between, sharing } from "./morph";

const from = { classes: [1, 2], x: [0, 10], y: [0, 10] };
const to = { classes: [2, 3], x: [20, 5], y: [30, 5] };

test("a class of both layers moves in a straight line; the others fade where they stand", () => {
  const at = between(atRest(from), to);
  const half = at(0.5);
  expect(half.classes).toEqual([1, 2, 3]);
  expect([...half.x]).toEqual([0, 15, 5]);
  expect([...half.y]).toEqual([0, 20, 5]);
  expect([...half.presence]).toEqual([0.5, 1, 0.5]);
  expect([...at(0).presence]).toEqual([1, 1, 0]);
  expect([...at(1).presence]).toEqual([0, 1, 1]);
});

test("a motion that is broken off goes on from where the points are", () => {
  const broken = between(atRest(from), to)(0.5);
  const back = between(broken, from)(0);
  expect([...back.x]).toEqual([0, 15, 5]);
  expect([...back.presence]).toEqual([0.5, 1, 0.5]);
});

test("maps of the same classes have one list of them", () => {
  const maps = [from, { ...to, classes: [1, 2] }, to];
  const [first, second, third] = sharing(maps);
  expect(second?.classes).toBe(first?.classes);
  expect(third?.classes).toEqual([2, 3]);
  expect([second?.x, third]).toEqual([to.x, to]);
});
