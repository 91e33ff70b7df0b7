import { expect, test } from "vitest";
import type { Model } from "../../types";
import { fill, groupsNeeded, partsOf, plainly, QUESTIONS, questionOf, valueOf, withValue } from "./questions";

test("a sentence is words and blanks in turn, of which some are an item of a list", () => {
  expect(partsOf("What tells {classes 0} from {classes 1}?")).toEqual(["What tells ", { name: "classes", item: 0 }, " from ", { name: "classes", item: 1 }, "?"]);
  expect(fill("Which classes use {channel}?", ({ name }) => `the ${name}`)).toBe("Which classes use the channel?");
});

test("a blank stands for a parameter or an item of it, and another value leaves the rest as it is", () => {
  const values = { classes: ["m/1", "m/2"], class: "m/3" };
  const second = { name: "classes", item: 1 };
  expect(valueOf(second, values)).toBe("m/2");
  expect(withValue(second, values, "m/9")).toEqual(["m/1", "m/9"]);
  expect(withValue(second, { classes: ["m/1"] }, "m/9")).toEqual(["m/1", "m/9"]);
  expect(valueOf({ name: "class", item: null }, values)).toBe("m/3");
  expect(withValue({ name: "class", item: null }, values, "m/4")).toBe("m/4");
});

test("an answer is told in plain columns, under heads that name what was asked, and an index of a class is its id", () => {
  const table = { columns: ["channel", "first", "second", "difference"], rows: [["m/l/1", 0.5, 0.25, 0.25]], truncated: false, seconds: 0, note: null, cursor: null };
  const heads = { "share, {classes 0}": "share, bear", "share, {classes 1}": "share, crane" };
  const told = plainly(questionOf("difference_channels")!, table, (words) => heads[words as keyof typeof heads] ?? words, { id: "m" } as Model);
  expect(told).toEqual({ columns: ["channel", "share, bear", "share, crane", "difference"], rows: [["m/l/1", 0.5, 0.25, 0.25]] });
  const company = { ...table, columns: ["class", "name", "lower", "upper", "moved", "total"], rows: [[7, "crane", "low", "top", 1, 1.5]] };
  expect(plainly(questionOf("changes_of_company")!, company, (words) => words, { id: "m" } as Model)).toEqual({
    columns: ["class", "from", "to", "share of neighbours lost", "over all layers"],
    rows: [["m/7", "low", "top", 1, 1.5]],
  });
});

test("each stored query answers one question at most, and a dozen are there", () => {
  expect(new Set(QUESTIONS.map(({ query }) => query)).size).toBe(QUESTIONS.length);
  expect(QUESTIONS.length).toBeGreaterThanOrEqual(12);
  expect(questionOf("no_such_query")).toBeNull();
  expect(QUESTIONS.filter((question) => groupsNeeded(question) > 0).map(({ query }) => query)).toEqual(["channel_groups", "suggested_names", "group_channels", "contrasted_channels", "class_between_groups"]);
});
