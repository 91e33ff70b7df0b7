import { expect, test } from "vitest";
import type { ChannelDetail, ClassWithGraph } from "../types";
import type { Counts } from "./similarity";
import { companionsOf, placeIn } from "./why";

const held = (layer: string, index: number, count: number, share: number | null, pagerank: number) => ({ channel: { id: `m/${layer}/${index}`, layer, index, classCount: 3, pictures: null }, count, share, pagerank });
const graph = (share: number | null) => ({ index: 1, attributionGraph: { channels: [held("top", 4, 6, share, 0.2), held("top", 5, 9, 0.9, 0.3), held("top", 6, 1, 0.1, 0.1), held("low", 4, 9, 0.9, 0.9)], edges: [] } }) as unknown as ClassWithGraph;
const detail = (...uses: readonly (readonly [number, number, number | null])[]) => ({ id: "m/top/4", layer: "top", index: 4, classes: uses.map(([index, count, share]) => ({ imageClass: { index, name: "" }, count, share, pagerank: 0 })) }) as unknown as ChannelDetail;

test("its rank in its row, and among all classes that have it by share", () => {
  expect(placeIn(graph(0.5), detail([3, 8, 0.4], [1, 6, 0.5], [2, 4, 0.8]))).toEqual(
    { rank: 2, rowSize: 3, margin: 2, pagerankBefore: null, others: 2, rankAmongUsers: 2, meanCount: 6, meanShare: (0.4 + 0.8) / 2 },
  );
});

test("by count where a number of pictures is unknown", () => {
  const expected = { others: 2, rankAmongUsers: 2, meanCount: 6, meanShare: null };
  expect(placeIn(graph(0.5), detail([3, 8, null], [1, 6, 0.5], [2, 4, 0.8]))).toMatchObject(expected);
  expect(placeIn(graph(null), detail([3, 8, 0.4], [1, 6, null], [2, 4, 0.8]))).toMatchObject(expected);
});

test("a channel that no other class has, and one that is not in the graph", () => {
  expect(placeIn(graph(0.5), detail([1, 6, 0.5]))).toMatchObject({ others: 0, rankAmongUsers: 1, meanCount: null, meanShare: null });
  expect(placeIn(graph(0.5), { ...detail(), id: "m/top/9" })).toBeNull();
});

test("what comes with a channel, by the Jaccard index, then the number of classes, the layer and the index", () => {
  const counts = new Map<number, Counts>([[0, [[1, 9, 2, 9], [1, 9]]], [1, [[1, 9, 2, 9], [7, 9]]], [2, [[1, 9], [1, 9]]], [3, [[3, 9], [1, 9]]]]);
  expect(companionsOf(counts, { layer: 0, index: 1 })).toEqual([
    { layer: 0, index: 2, together: 2, classCount: 2, jaccard: 2 / 3 },
    { layer: 1, index: 1, together: 2, classCount: 3, jaccard: 2 / 4 },
    { layer: 1, index: 7, together: 1, classCount: 1, jaccard: 1 / 3 },
  ]);
});
