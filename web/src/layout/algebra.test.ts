import { expect, test } from "vitest";
import type { Operation } from "../state";
import type { ComparedGraph } from "../types";
import { differences, extremesOf, isChosen, reordered } from "./algebra";

const CLASSES = [7, 8, 9];
const SUBSETS = [[7], [8], [7, 8], [8, 9], [7, 8, 9]];
const chosen = (operation: Operation, atLeast = 2) => SUBSETS.filter((classes) => isChosen({ classes }, CLASSES, { operation, atLeast }));

test("every operation takes what its name says", () => {
  expect(chosen("UNION")).toEqual(SUBSETS);
  expect(chosen("INTERSECTION")).toEqual([[7, 8, 9]]);
  expect(chosen("AT_LEAST")).toEqual([[7, 8], [8, 9], [7, 8, 9]]);
  expect(chosen("AT_LEAST", 1)).toEqual(chosen("UNION"));
  expect(chosen("AT_LEAST", 3)).toEqual(chosen("INTERSECTION"));
  expect(chosen("DIFFERENCE")).toEqual([[7]]);
  expect(chosen("SYMMETRIC_DIFFERENCE")).toEqual([[7], [8], [7, 8, 9]]);
});

const channel = (index: number, classes: number[], counts: number[]) =>
  ({ channel: { id: `m/l/${index}`, layer: "l", index, classCount: 1, pictures: null }, classes, counts, shares: null, probabilities: [], pageranks: [] });
const named = (index: number, images: number | null) => ({ index, name: `class ${index}`, wnid: null, images, accuracy: null });

test("differences are signed, of shares, and the largest comes first", () => {
  const channels = [channel(0, [7], [10]), channel(1, [7, 8], [50, 80]), channel(2, [8], [40])];
  const graph: ComparedGraph = { classes: [named(7, 100), named(8, 200)], channels, edges: [], layers: [] };
  expect(differences(graph, [7, 8])).toEqual([
    { id: "m/l/2", value: -0.2 },
    { id: "m/l/0", value: 0.1 },
    { id: "m/l/1", value: expect.closeTo(0.1) },
  ]);
  expect(differences(graph, [8, 7])[0]).toEqual({ id: "m/l/2", value: 0.2 });
});

test("a channel that both classes have as much is no difference", () => {
  const graph: ComparedGraph = { classes: [named(7, 100), named(8, 200)], channels: [channel(0, [7, 8], [40, 80]), channel(1, [7, 8], [50, 80])], edges: [], layers: [] };
  expect(differences(graph, [7, 8]).map(({ id }) => id)).toEqual(["m/l/1"]);
});

test("an unknown number of pictures is taken as the largest count or weight of the class", () => {
  const edges = [{ source: "m/k/0", target: "m/l/1", classes: [8], weights: [160], shares: null, kind: null, probabilities: [] }];
  const graph: ComparedGraph = { classes: [named(7, null), named(8, null)], channels: [channel(0, [7], [50]), channel(1, [8], [80])], edges, layers: [] };
  expect(differences(graph, [7, 8], false).map(({ value }) => value)).toEqual([1, -1]); // weights that are no pictures
  expect(differences(graph, [7, 8])).toEqual([{ id: "m/l/0", value: 1 }, { id: "m/l/1", value: -0.5 }]);
});

test("a layer is the most alike only where it is so alone", () => {
  const layer = (name: string, jaccard: number) => ({ layer: name, jaccard, counts: [], shared: 1, union: 2 });
  const names = (...layers: ReturnType<typeof layer>[]) => Object.values(extremesOf(layers)).map((item) => item?.layer);
  expect(names(layer("low", 0.5), layer("middle", 0.5), layer("top", 0.1))).toEqual([undefined, "top"]);
  expect(names(layer("low", 0.5), layer("top", 0.5))).toEqual([undefined, undefined]);
  expect(names(layer("low", 0.5), layer("top", 0.1))).toEqual(["low", "top"]);
});

test("the same classes in another order are the same comparison, other classes are not", () => {
  const layers = [{ layer: "l", jaccard: 0.5, counts: [2, 1], shared: 1, union: 2 }];
  const likely = (...probabilities: number[]) => [{ ...channel(1, [7, 8], [50, 80]), probabilities }];
  const graph: ComparedGraph = { classes: [named(7, 100), named(8, 200)], channels: likely(0.9, 0.2), edges: [], layers };
  expect(reordered(graph, [8, 7])).toEqual({ ...graph, classes: [named(8, 200), named(7, 100)], channels: likely(0.2, 0.9), layers: [{ ...layers[0], counts: [1, 2] }] });
  expect(reordered(graph, [8, 9])).toBeNull();
  expect(reordered(graph, [7])).toBeNull();
});
