import { expect, test } from "vitest";
import { amongGraphs, halfOf } from "./scores";

test("a number of graphs stands among all graphs, if there are any", () => {
  expect(amongGraphs(84, 1000)).toBe("of 1,000, 8.4 %");
  expect(amongGraphs(0, 4)).toBe("of 4, 0 %");
  expect(amongGraphs(0, 0)).toBe("no graphs yet");
});

test("half of the graphs that have a channel can share a motif around it", () => {
  expect(halfOf(168, 1000)).toBe(0.08);
  expect(halfOf(5, 10)).toBe(0.25);
  expect(halfOf(2, 1000)).toBe(0.01);
});
