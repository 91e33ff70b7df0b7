import { expect, test } from "vitest";
import { boundsOf, fitOf, frameOf, toMap, toScreen, zoomed } from "./frame";

const low = { classes: [0, 1], x: [0, 4], y: [0, 1] };
const high = { classes: [0, 1], x: [-2, 1], y: [3, 0] };

test("the bounds hold the points of every layer", () => {
  expect(boundsOf([low, high])).toEqual({ left: -2, right: 4, bottom: 0, top: 3 });
  expect(boundsOf([])).toEqual({ left: 0, right: 1, bottom: 0, top: 1 });
});

test("a frame keeps proportions, fills the box up to its margin, and turns y upwards", () => {
  const frame = frameOf(boundsOf([low, high]), 140, 200, 10);
  expect(frame.scale).toBe(20);
  expect(toScreen(frame, -2, 1.5)).toEqual([10, 100]);
  expect(toScreen(frame, 4, 1.5)).toEqual([130, 100]);
  expect(toScreen(frame, 1, 3)[1]).toBe(70);
});

test("one point alone stands in the middle", () => {
  expect(toScreen(frameOf(boundsOf([{ x: [5], y: [5] }]), 100, 60, 10), 5, 5)).toEqual([50, 30]);
});

test("a part is zoomed into until it fills the box", () => {
  const frame = frameOf(boundsOf([low, high]), 140, 200, 10);
  const near = zoomed(frame, fitOf(frame, boundsOf([low]), [140, 200], 10, 32));
  const alone = frameOf(boundsOf([low]), 140, 200, 10);
  expect(near.scale).toBeCloseTo(alone.scale);
  expect(toScreen(near, 0, 0)[0]).toBeCloseTo(toScreen(alone, 0, 0)[0]);
  expect(toScreen(near, 4, 1)[1]).toBeCloseTo(toScreen(alone, 4, 1)[1]);
  expect(fitOf(frame, { left: 0, right: 0, bottom: 0, top: 0 }, [140, 200], 10, 32).k).toBe(32);
});

test("what is zoomed is found again where it is seen", () => {
  const frame = zoomed(frameOf(boundsOf([low]), 100, 100, 0), { k: 3, x: -20, y: 5 });
  const [x, y] = toMap(frame, ...toScreen(frame, 1.25, 0.5));
  expect(x).toBeCloseTo(1.25);
  expect(y).toBeCloseTo(0.5);
});
