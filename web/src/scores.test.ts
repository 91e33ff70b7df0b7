import { expect, test } from "vitest";
import { amongGraphs, graphsMeant, halfOf, tellSpecificity } from "./scores";
import type { Model } from "./types";

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

test("sizes by specificity say which graphs are counted, and how large a channel is that none of them has", () => {
  expect([graphsMeant(false, "activation"), graphsMeant(true, "activation"), graphsMeant(false, "attribution"), graphsMeant(true, "attribution")]).toEqual(["graphs", "stored graphs", "graphs by activation", "graphs by activation"]);
  const model = { scores: [{ score: "ACTIVATION", graphs: 1000, checked: 0 }] } as unknown as Model;
  expect(tellSpecificity(model, "stored graphs")).toBe("The fewer of the 1,000 stored graphs have a channel, the larger its picture, on a logarithmic scale; one that none of them has is as large as one that a single one has.");
});
