import { expect, test } from "vitest";
import type { ClassWithGraph, GraphChannel, Model } from "../types";
import { compared } from "./compared";

const model = { layers: ["low", "high", "empty"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 9 })) } as unknown as Model;
const channel = (layer: string, index: number, count: number, share: number | null): GraphChannel => ({ channel: { id: `m/${layer}/${index}`, layer, index, classCount: 2, pictures: null }, count, share, pagerank: count / 10, probability: null });
const held = (index: number, channels: readonly GraphChannel[], edges: readonly (readonly [string, string, number])[]): ClassWithGraph =>
  ({ index, name: `class ${index}`, wnid: null, images: 10, accuracy: null, attributionGraph: { channels, edges: edges.map(([source, target, weight]) => ({ source, target, weight, share: weight / 10 })) } }) as unknown as ClassWithGraph;

const later = held(12, [channel("high", 1, 5, 0.5), channel("low", 2, 1, 0.1)], [["m/low/2", "m/high/1", 1]]);
const first = held(3, [channel("low", 10, 4, null), channel("low", 2, 3, 0.3), channel("high", 1, 2, 0.2)], [["m/low/2", "m/high/1", 2], ["m/low/10", "m/high/1", 3]]);
const found = compared(model, [later, first]);

test("classes keep the order they were asked in; a channel lists its classes by index, with its numbers in the same order", () => {
  expect(found.classes.map(({ index }) => index)).toEqual([12, 3]);
  expect(found.channels.map(({ channel, classes, counts, shares }) => [channel.id, classes, counts, shares])).toEqual([
    ["m/high/1", [3, 12], [2, 5], [0.2, 0.5]],
    ["m/low/2", [3, 12], [3, 1], [0.3, 0.1]],
    ["m/low/10", [3], [4], null],
  ]);
});

test("edges come by source, then target", () => {
  expect(found.edges.map(({ source, classes, weights }) => [source, classes, weights])).toEqual([["m/low/10", [3], [3]], ["m/low/2", [3, 12], [2, 1]]]);
});

test("layers that any class has a channel of tell what all share, lowest first", () => {
  expect(found.layers).toEqual([
    { layer: "low", jaccard: 0.5, counts: [1, 2], shared: 1, union: 2 },
    { layer: "high", jaccard: 1, counts: [1, 1], shared: 1, union: 1 },
  ]);
});

test("probabilities and kinds are told in the order of the classes, and not of those whose graph lacks it", () => {
  const edge = { source: "m/low/2", target: "m/high/1", weight: 1, share: null, kind: "SKIP" as const, probability: 0.25 };
  const sure = (index: number, probability: number) => ({ index, attributionGraph: { channels: [{ ...channel("low", 2, 1, null), probability }], edges: index === 3 ? [edge] : [] } }) as unknown as ClassWithGraph;
  const { channels, edges } = compared(model, [sure(12, 0.5), sure(3, 0.75)]);
  expect(channels.map(({ probabilities }) => probabilities)).toEqual([[0.5, 0.75]]);
  expect(edges.map(({ kind, probabilities }) => [kind, probabilities])).toEqual([["SKIP", [null, 0.25]]]);
});
