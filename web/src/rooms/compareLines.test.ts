import { expect, test } from "vitest";
import { separate, separateByShares } from "../separating";
import type { ComparedGraph, Model } from "../types";
import { countLines, type Subject, tellSure } from "./compareLines";

const classes = [0, 1, 2, 3];
const subjectOf = (held: readonly number[], compared = classes): Subject => ({
  model: { id: "m" } as Model,
  compared: { channels: [{ channel: { id: "m/low/1", pictures: null }, classes: held }], edges: [] } as unknown as ComparedGraph,
  classes: compared,
  score: "activation",
  name: (index) => `class ${index}`,
  nameOf: () => null,
});
const rows = (counts: readonly (number | null)[], total = 100) => separate([{ id: "m/low/1", counts }], counts.map(() => total));

test("a class that has less than a bound says so, and by how much at least", () => {
  const [line] = countLines(subjectOf([0, 1, 2]), rows([80, 85, 2, null]));
  expect([line!.words, line!.interval]).toEqual(["class 2 less", "at least 48 ×"]);
  expect(line!.tone).toBe("var(--text)");
  expect(line!.marks[0]).toMatchObject({ low: -Infinity, high: line!.marks[0]!.at });
});

test("a class that alone has it has it more by at most so much", () => {
  const [line] = countLines(subjectOf([0], [0, 1]), rows([40, null]));
  expect([line!.words, line!.interval]).toEqual(["only class 0", "at most 130 ×"]);
});

test("a class told by a bound that is nothing sure has no colour", () => {
  const [line] = countLines(subjectOf([0, 1]), rows([52, 50, null], 10_000).map((row) => ({ ...row, odds: { log: -0.1, low: -1, high: 0.8 } })));
  expect([line!.key, line!.tone]).toEqual([null, "var(--second)"]);
});

test("without odds lines tell points, without an interval and without a word on what is sure", () => {
  const [pair] = [separateByShares([{ id: "m/low/1", counts: [60, null] }], [100, 80])];
  expect(countLines(subjectOf([0], [0, 1]), pair)[0]).toMatchObject({ words: "only class 0 +60", interval: "", marks: [{ at: -0.6, low: null, high: null }] });
  const four = separateByShares([{ id: "m/low/1", counts: [60, 5, null, null] }], [100, 100, 100, 100]);
  expect(countLines(subjectOf([0, 1]), four)[0]).toMatchObject({ words: "class 0 +58", interval: "2 graphs lack it" });
  expect(tellSure(pair)).toBe(null);
});

test("the note counts the intervals that exclude even odds, among rows with known counts", () => {
  expect(tellSure([...rows([90, 10]), ...rows([50, 50]), ...rows([50, null])])).toBe("The interval excludes even odds for 1 of 2 whose counts are known in all classes; the others come after them.");
  expect(tellSure(rows([50, null]))).toBe("No row has known counts in all classes.");
  expect(tellSure(rows([90, 10]))).toBe("The interval excludes even odds for 1 of 1.");
});

test("a count leads to the graph as it was compared, a dash nowhere", () => {
  const [line] = countLines(subjectOf([0], [0, 1]), rows([40, null]));
  expect(line!.cells[0]!.change).toMatchObject({ class: 0, pin: "low/1", threshold: null });
  expect(line!.cells[1]).toMatchObject({ text: "–", change: null });
});
