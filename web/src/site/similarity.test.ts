import { expect, test } from "vitest";
import { alike, type Counts } from "./similarity";

const counts = new Map<number, Counts>([
  [0, [[1, 3, 2, 4], [7, 12]]],
  [1, [[2, 5], []]],
  [2, [[9, 1], [7, 2]]],
  [3, [[9, 1], [8, 2]]],
  [4, [[1, 3, 2, 4], [7, 12]]],
]);

test("the cosine of counts over all layers, the most similar first; without a common channel there is none", () => {
  expect(alike(counts, 0, null)).toEqual([
    { index: 4, similarity: 1 },
    { index: 2, similarity: 0.825625099 },
    { index: 1, similarity: 0.307692308 },
  ]);
});

test("at one layer, by its counts alone", () => {
  expect(alike(counts, 0, 0)).toEqual([{ index: 4, similarity: 1 }, { index: 1, similarity: 0.8 }]);
  expect(alike(counts, 1, 1)).toEqual([]);
});

test("of equal ones the lower index comes first, and a class without a graph is like none", () => {
  expect(alike(counts, 2, 1).map(({ index }) => index)).toEqual([0, 4]);
  expect(alike(counts, 99, null)).toEqual([]);
  const tied = new Map<number, Counts>([[0, [[0, 1, 1, 1]]], [1, [[0, 1]]], [2, [[0, 3]]]]); // by floats 2 is nearer than 1
  expect(alike(tied, 0, null)).toEqual([{ index: 1, similarity: 0.707106781 }, { index: 2, similarity: 0.707106781 }]);
});
