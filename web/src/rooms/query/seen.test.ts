import { expect, test } from "vitest";
import { START } from "../../state";
import type { GroupMembers } from "../../types";
import { ofSeen } from "./seen";

const group = (name: string, ...classes: number[]) => ({ id: `m/${name}`, wnid: name, name, classCount: classes.length, classes }) satisfies GroupMembers;
const GROUPS = [group("carnivore", 1, 2, 3, 4), group("bear", 1, 2), group("bears", 2, 1), group("bird", 7, 8)];

test("a class is asked about, with its smallest group and the next one that holds more", () => {
  const example = { model: "m", group: "dog", against: "cat", limit: 3 };
  expect(ofSeen(example, { ...START, class: 1 }, GROUPS, "m")).toEqual({ ...example, group: "bear", against: "carnivore" });
  expect(ofSeen({ ...example, group: "m/dog", against: "m/cat" }, { ...START, class: 1 }, GROUPS, "m")).toMatchObject({ group: "m/bear", against: "m/carnivore" });
  expect(ofSeen({ class: "m/9" }, { ...START, class: 1 }, GROUPS, "m")).toEqual({ class: "m/1" });
});

test("the group that is chosen goes before those of the class", () => {
  expect(ofSeen({ group: "dog" }, { ...START, class: 1, group: "bird" }, GROUPS, "m")).toEqual({ group: "bird" });
});

test("what belongs together is the example's unless all of it was seen", () => {
  const path = { class: "m/9", channel: "m/l/3" };
  expect(ofSeen(path, { ...START, class: 1 }, GROUPS, "m")).toEqual(path);
  expect(ofSeen(path, { ...START, class: 1, pin: "l/4" }, GROUPS, "m")).toEqual({ class: "m/1", channel: "m/l/4" });
  expect(ofSeen(path, { ...START, class: 1, pin: "k/4>l/4" }, GROUPS, "m")).toEqual(path);
  const contrast = { group: "dog", against: "cat" };
  expect(ofSeen(contrast, { ...START, class: 7 }, GROUPS, "m")).toEqual(contrast);
  const closer = { class: "m/9", group: "dog", against: "cat" };
  expect(ofSeen(closer, { ...START, class: 1 }, GROUPS, "m")).toEqual({ ...closer, class: "m/1" });
});

test("of a class and compared ones those are asked about that were seen last", () => {
  const seen = { ...START, class: 7, classes: [1, 2] };
  expect(ofSeen({ class: "m/9" }, seen, GROUPS, "m")).toEqual({ class: "m/7" });
  expect(ofSeen({ class: "m/9" }, seen, GROUPS, "m", true)).toEqual({ class: "m/1" });
  expect(ofSeen({ class: "m/9" }, { ...seen, classes: [] }, GROUPS, "m", true)).toEqual({ class: "m/7" });
});

test("two classes that were compared are told apart, and a class is not compared with itself", () => {
  expect(ofSeen({ classes: ["m/8", "m/9"] }, { ...START, classes: [1, 2, 3] }, GROUPS, "m")).toEqual({ classes: ["m/1", "m/2"] });
  expect(ofSeen({ class: "m/8", other: "m/9" }, { ...START, class: 9 }, GROUPS, "m")).toEqual({ class: "m/8", other: "m/9" });
});
