import { expect, test } from "vitest";
import { called, pairsOf, subsetTwins, tellDifference, tellPair } from "./subsets";
import type { Likeness, Subset } from "./types";

const like = (what: string, layer: string | null, jaccard: number, low: number | null = 0.5, high: number | null = 0.9): Likeness => ({ what, layer, jaccard, mean: low === null ? null : 0.75, low, high });
const of = (name: string, rest: string | null, change: Partial<Subset> = {}): Subset => ({ name, score: "ACTIVATION", pictures: 5, rest, restPictures: 1057, difference: rest === null ? [] : [like("channels", null, 0.2)], ...change });
const mirrored = ({ name, rest, pictures, restPictures, ...others }: Subset): Subset => ({ ...others, name: rest!, rest: name, pictures: restPictures, restPictures: pictures });

test.each([
  ["wrong", "misclassified"],
  ["right", "correctly classified"],
  ["predicted:3", "taken for output 3"],
  ["not predicted:3", "not taken for output 3"],
  ["list:not a: list", "in the list not a: list"],
  ["not list:night", "not in the list night"],
])("a subset %s is called %s", (name, words) => expect(called(name)).toBe(words));

test("each pair is listed once, misclassified pictures first", () => {
  const wrong = of("wrong", "right");
  const taken = of("predicted:3", "not predicted:3");
  const other = of("wrong", "right", { score: "ATTRIBUTION" });
  const all = [mirrored(taken), taken, mirrored(wrong), wrong, mirrored(other), other];
  expect(pairsOf({ subsets: all })).toEqual([taken, wrong, other]);
});

test("a side whose other one has no graph stands alone", () => {
  const right = of("right", null, { pictures: 57, restPictures: 3 });
  const not = of("not predicted:3", "predicted:3");
  const elsewhere = of("wrong", "right", { score: "ATTRIBUTION" });
  expect(pairsOf({ subsets: [not, right, elsewhere] })).toEqual([not, right, elsewhere]);
  expect(tellPair(right)).toBe("correctly classified (57 pictures) against the others (3)");
  expect(tellDifference(right)).toBe("Too few other pictures for a graph.");
});

test("a difference is told next to that of random splits", () => {
  const pair = of("wrong", "right", { difference: [like("channels", null, 0.2, 0.38, 1), like("edges", null, 0.125, 0.125, 1), like("channels", "low", 0.5)] });
  expect(tellPair(pair)).toBe("misclassified (5 pictures) against correctly classified (1,057)");
  expect(tellDifference(pair)).toBe("Jaccard index of channels 0.20, below random splits (0.38 to 1.00), of edges 0.13, within random splits (0.13 to 1.00).");
  expect(tellDifference(of("wrong", "right", { difference: [like("channels", null, 0.95)] }))).toContain("0.95, above random splits (0.50 to 0.90)");
  expect(tellDifference(of("wrong", "right", { difference: [like("channels", null, 0.95, null, null)] }))).toBe("Jaccard index of channels 0.95.");
  expect(tellPair(of("wrong", "right", { score: "ATTRIBUTION" }))).toMatch(/, by attribution$/);
});

test("the table has a row for all layers and one for each", () => {
  const pair = of("wrong", "right", { difference: [like("channels", null, 0.2, 0.38, 1), like("edges", "top", 0.5)] });
  const [twin] = subsetTwins([pair]);
  expect(twin!.rows).toEqual([
    [tellPair(pair), "channels", "all", 0.2, 0.75, 0.38, 1],
    [tellPair(pair), "edges", "top", 0.5, 0.75, 0.5, 0.9],
  ]);
  expect(twin!.columns.length).toBe(twin!.rows[0]!.length);
  expect(subsetTwins([of("right", null)])).toEqual([]);
});
