import { expect, test } from "vitest";
import { duration, running, sentenceOf, spoken, type Work } from "./work";

const work: Work = { id: "1", kind: "extract", model: "digits", what: "cutting", done: 4, total: 10, state: "running", seconds_left: 12.5 };

test("work is described by its stage, its progress and the time left", () => {
  expect(sentenceOf(work)).toBe("Extracting graphs of digits: cutting 4 of 10, about 13 s left");
  expect(sentenceOf({ ...work, kind: "embed", model: null, total: 0, seconds_left: null })).toBe("Making maps: cutting");
  expect(sentenceOf({ ...work, kind: "merge", total: 2000, done: 1000 })).toBe("Merging runs of digits: cutting 1,000 of 2,000, about 13 s left");
});

test("a duration has the unit that a person would use", () => {
  expect([0.2, 89, 240, 9000].map(duration)).toEqual(["1 s", "89 s", "4 min", "2.5 h"]);
});

test("what ended is not running", () => {
  expect(running([work, { ...work, state: "failed" }, { ...work, state: "done" }])).toEqual([work]);
});

test("a screen reader hears what begins and how it ends, and no figures in between", () => {
  const seen = new Set(["1"]);
  const other: Work = { ...work, id: "2", kind: "embed", model: null };
  expect(spoken([work], seen)).toBe("Extracting graphs of digits");
  expect(spoken([{ ...work, what: "sealing", done: 9, seconds_left: 1 }], seen)).toBe(spoken([work], seen));
  expect(spoken([{ ...work, state: "failed" }, other], seen)).toBe("Extracting graphs of digits: failed; Making maps");
  expect(spoken([{ ...other, state: "done" }], seen)).toBe("");
});
