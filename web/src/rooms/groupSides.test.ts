import { expect, test } from "vitest";
import type { GroupMembers } from "../types";
import { betweenRows, sidesOf } from "./groupSides";

const group = (name: string, classes: readonly number[]) => ({ id: `m/${name}`, wnid: name, name, classCount: classes.length, classes }) as unknown as GroupMembers;
const groups = [group("bear", [1, 2]), group("beast", [1, 2, 3]), group("all", [1, 2, 3, 4]), group("empty", [])];
const sides = (...keys: string[]) => sidesOf(keys, groups, [1, 2, 3, 4]);

test("a class of both groups counts for the first, and without a second all others are taken", () => {
  expect(sides("bear", "beast")).toEqual([{ key: "bear", name: "bear", classes: [1, 2] }, { key: "beast", name: "beast", classes: [3] }]);
  expect(sides("bear")).toEqual([{ key: "bear", name: "bear", classes: [1, 2] }, { key: "others", name: "all others", classes: [3, 4] }]);
});

test("keys that are no two groups are refused in words", () => {
  expect([sides(), sides("none")]).toEqual(["Choose two groups.", "Choose two groups."]);
  expect(sides("typo", "bear")).toContain("no group “typo”");
  expect(sides("bear", "typo")).toContain("no group “typo”");
  expect(sides("others")).toBe("Other than which classes? Choose the first group.");
  expect(sides("bear", "bear")).toContain("both sides");
  expect(sides("beast", "bear")).toContain("All classes of “bear” are in “beast”");
  expect(sides("all")).toContain("no others");
  expect([sides("empty", "bear"), sides("bear", "empty")].every((words) => String(words).includes("“empty” has no classes"))).toBe(true);
  expect(sides("bear", "beast", "all")).toContain("names 3");
});

test("rows of both directions are one list, each once, in the first group's direction", () => {
  const columns = ["source", "target", "here", "there"];
  const here = { columns, rows: [["a", "b", 2, 0], ["c", "d", 1, 1]] };
  const there = { columns, rows: [["c", "d", 1, 1], ["e", "f", 3, 0]] };
  const rows = betweenRows([{ table: here, isTurned: false }, { table: there, isTurned: true }] as never, ["source", "target"], [2, 3]);
  expect(rows.map(({ id, here: of, there: other }) => [id, of, other]).sort()).toEqual([["a>b", 2, 0], ["c>d", 1, 1], ["e>f", 0, 3]]);
  expect(() => betweenRows([{ table: { columns: ["here"], rows: [] }, isTurned: false }] as never, ["channel"], [2, 3])).toThrow("no column there");
});
