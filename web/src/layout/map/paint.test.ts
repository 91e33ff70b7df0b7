import { expect, test } from "vitest";
import { groupsOf, lookOf, medianOf, stepOf, suggest } from "./paint";

const animal = { key: "n1", name: "animal", classes: [0, 1, 2, 3] };
const dog = { key: "n2", name: "dog", classes: [1, 2] };
const car = { key: "n3", name: "car", classes: [5, 6, 7] };

test("a class has the look of the smallest chosen group that holds it", () => {
  expect(groupsOf([animal, dog])).toEqual(new Map([[0, 0], [1, 1], [2, 1], [3, 0]]));
  expect(groupsOf([dog, animal]).get(1)).toBe(0);
});

test("no two of 35 groups look alike, and the first seven are discs", () => {
  const looks = Array.from({ length: 35 }, (_, k) => lookOf(k));
  expect(new Set(looks.map(({ tone, shape }) => `${tone} ${shape}`)).size).toBe(35);
  expect(new Set(looks.slice(0, 7).map(({ shape }) => shape))).toEqual(new Set(["disc"]));
});

test("groups to begin with share no class, and the largest come first", () => {
  expect(suggest([dog, animal, car], 10, { most: 7, least: 0.1, largest: 0.5 })).toEqual(["n1", "n3"]);
  expect(suggest([dog, animal, car], 10, { most: 7, least: 0.1, largest: 0.3 })).toEqual(["n3", "n2"]);
  expect(suggest([dog, animal, car], 10, { most: 1, least: 0.1, largest: 0.5 })).toEqual(["n1"]);
});

test("of two groups with the same classes the later id is suggested", () => {
  const [wide, narrow] = [{ key: "n00004258", name: "living thing", classes: [0, 1] }, { key: "n00004475", name: "organism", classes: [0, 1] }];
  expect(suggest([wide, narrow], 4, { most: 2, least: 0.1, largest: 0.6 })).toEqual(["n00004475"]);
});

test("a group's name stands at the median of its points", () => {
  const points = { classes: [0, 1, 2, 3], x: [0, 1, 2, 90], y: [5, 6, 7, 8] };
  expect(medianOf(new Set([0, 1, 2]), points)).toEqual([1, 6]);
  expect(medianOf(new Set([9]), points)).toBeNull();
});

test("an accuracy of one is in the highest step", () => {
  expect([0, 0.19, 0.2, 0.99, 1].map(stepOf)).toEqual([0, 0, 1, 4, 4]);
});
