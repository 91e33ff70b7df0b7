import { expect, test } from "vitest";
import { rankMovers } from "./movers";

test("who moves most in all comes first, with the passage where it stands out", () => {
  const passages = [
    { lower: "a", upper: "b", moved: new Map([[0, 1], [1, 1], [2, 1]]) }, // everybody moves here
    { lower: "b", upper: "c", moved: new Map([[0, 0.1], [1, 0.9], [2, 0.2]]) },
  ];
  expect(rankMovers(passages, 2)).toEqual([
    { index: 1, lower: "b", upper: "c", moved: 0.9 },
    { index: 2, lower: "a", upper: "b", moved: 1 },
  ]);
  expect(rankMovers([], 5)).toEqual([]);
});
