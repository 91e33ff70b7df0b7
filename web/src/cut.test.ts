import { expect, test } from "vitest";
import { cutFrom, cutOf, isStored, raisedLayers, raisedNetwork, readThreshold, STORED, tellCut } from "./cut";
import { parse, print, START } from "./state";
import type { GraphOrigin } from "./types";

const stored: GraphOrigin = {
  threshold: 7.5,
  unified: false,
  step: 0.5,
  deadEnds: true,
  thresholds: [7.5, 12.5, 7.5],
  damping: 0.85,
  variant: "portable",
  replicates: null,
  noProbability: null,
};
const unknown: GraphOrigin = { threshold: null, unified: null, step: null, deadEnds: null, thresholds: null, damping: null, variant: null, replicates: null, noProbability: null };
const layers = ["low", "mid", "top"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 4 }));

test("an address without a threshold asks for the stored graph", () => {
  expect(cutOf(START)).toBeNull();
  expect(cutOf(parse("?unified=true"))).toBeNull();
  expect(cutOf(parse("?threshold=12.5&unified=true&deadEnds=false"))).toEqual({ threshold: 12.5, unified: true, deadEnds: false });
});

test("going back to the stored graph leaves nothing of the cut in the address", () => {
  const cut = parse("?class=3&threshold=12.5&unified=true&deadEnds=false");
  expect(print({ ...cut, ...STORED })).toBe("?class=3");
});

test("a cut is the stored one only where all of it is", () => {
  const cut = cutFrom(stored);
  expect(isStored(cut, stored)).toBe(true);
  expect(isStored({ ...cut, threshold: 8 }, stored)).toBe(false);
  expect(isStored({ ...cut, unified: true }, stored)).toBe(false);
  expect(isStored({ ...cut, deadEnds: false }, stored)).toBe(false);
  expect(isStored(cut, { ...stored, step: 2 })).toBe(false);
  expect(isStored(cutFrom(unknown), unknown)).toBe(false);
});

test.each([
  ["12.5", 12.5],
  [" 12,5 % ", 12.5],
  ["7.333", 7.33],
  ["0", 1],
  ["-4", 1],
  ["90", 50],
  ["", null],
  ["a lot", null],
])("a typed threshold %o is read as %o", (text, value) => {
  expect(readThreshold(text)).toBe(value);
});

test("only layers whose threshold was raised are named", () => {
  expect([...raisedLayers(stored, layers)]).toEqual([["mid", 12.5]]);
  expect(raisedLayers(unknown, layers).size).toBe(0);
});

test("one threshold of the whole network is raised once, for all layers", () => {
  const unified = { ...stored, unified: true, thresholds: [9, 9, 9] };
  expect(raisedLayers(unified, layers).size).toBe(0);
  expect(raisedNetwork(unified)).toBe(9);
  expect(raisedNetwork({ ...unified, threshold: 9 })).toBeNull();
  expect(raisedNetwork(stored)).toBeNull();
});

test("a cut is told in words", () => {
  expect(tellCut(7.5, false)).toBe("7.5 % of each layer's PageRank");
  expect(tellCut(10, true, false)).toBe("10 % of the network's PageRank, without dead ends");
});
