import { expect, test } from "vitest";
import { comparedChannel } from "../pointed";
import type { ComparedGraph, Model } from "../types";
import { layoutComparison, ofMeanWeight } from "./comparison";
import { chooseGraph, layoutPresence } from "./presence";

const layers = ["low", "top"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 40 }));
const model = { id: "m", layers, largestCount: 100, largestWeight: 100 } as unknown as Model;
const has = (name: string, classes: number[], counts: number[]) => {
  const [layer = "", index] = name.split("/");
  const channel = { id: `m/${name}`, layer, index: Number(index), classCount: 3, pictures: null };
  return { channel, classes, counts, shares: null, probabilities: [], pageranks: counts.map(() => 0.01) };
};
const leads = (source: string, target: string, classes: number[]) =>
  ({ source: `m/${source}`, target: `m/${target}`, classes, weights: classes.map(() => 50), shares: null, kind: null, probabilities: [] });

const CLASSES = [7, 8, 9];
const graph: ComparedGraph = {
  classes: [],
  channels: [has("low/0", [7, 8, 9], [10, 20, 30]), has("low/1", [7], [40]), has("top/0", [7, 9], [60, 80]), has("top/1", [8], [50])],
  edges: [leads("low/0", "top/0", [7]), leads("low/1", "top/0", [7]), leads("low/0", "top/1", [8])],
  layers: [{ layer: "top", jaccard: 0, counts: [1, 1, 1], shared: 0, union: 2 }],
};
const ids = (channels: ComparedGraph["channels"]) => channels.map((item) => item.channel.id);

test("an answer brings along the channels that its edges need as ends, and counts them apart", () => {
  const { graph: chosen, count } = chooseGraph(graph, CLASSES, { operation: "DIFFERENCE", atLeast: 2 });
  expect(count).toEqual({ channels: 1, edges: 2, ends: 2 });
  expect(ids(chosen.channels)).toEqual(["m/low/0", "m/low/1", "m/top/0"]);
  expect(chooseGraph(graph, CLASSES, { operation: "UNION", atLeast: 2 }).count).toEqual({ channels: 4, edges: 3, ends: 0 });
});

test("an edge weighs the mean over the classes that have it, rounded alike in the filter, the drawing and the details", () => {
  const edges = [{ ...leads("low/0", "top/0", [7, 9]), weights: [99, 100] }, { ...leads("low/1", "top/0", [7, 9]), weights: [98, 100] }];
  const half = { ...graph, edges };
  const options = { box: { width: 900, height: 400 }, open: new Set<string>(), last: new Map<string, number>(), weight: 100 };
  const drawn = [layoutPresence(model, half, CLASSES, options), layoutComparison(model, half, [7, 9], options)].map((scene) => scene.edges.map(({ source, weight }) => [source, weight]));
  expect(drawn).toEqual([[["m/low/0", 100]], [["m/low/0", 100]]]);
  expect(ofMeanWeight(edges, 100)).toEqual(edges.slice(0, 1));
  expect(ofMeanWeight(edges, 101)).toEqual([]);
  const told = comparedChannel({ ...model, scores: [] } as unknown as Model, half, [], CLASSES, "activation", "m/top/0")!;
  expect(told.inputs.map(({ name, weight }) => [name, weight])).toEqual([["low/0", 100], ["low/1", 99]]);
});

test("every channel says how many of the classes have it, and whose it is where only one has it", () => {
  const scene = layoutPresence(model, graph, CLASSES, { box: { width: 900, height: 400 }, open: new Set(), last: new Map() });
  const held = (id: string) => scene.nodes.find((node) => node.id === id)!.held;
  expect(held("m/low/0")).toEqual({ part: 1, only: null });
  expect(held("m/top/0")).toEqual({ part: 2 / 3, only: null });
  expect(held("m/top/1")).toEqual({ part: 1 / 3, only: 1 });
  expect(scene.edges.find((edge) => edge.source === "m/low/1")!.held).toEqual({ part: 1 / 3, only: 0 });
  expect(scene.nodes.find((node) => node.id === "m/low/0")!.about).toBe("low/0, in 3 of 3 classes");
});

test("rows end with their overlap, and no picture stands in its place", () => {
  const scene = layoutPresence(model, graph, CLASSES, { box: { width: 900, height: 400 }, open: new Set(), last: new Map() });
  expect(scene.rows.map((row) => row.overlap?.union)).toEqual([undefined, 2]);
  expect(scene.width).toBe(900);
  for (const node of scene.nodes) expect(node.x + node.side / 2).toBeLessThan(900 - scene.tail);
});

test("what a row has no room for opens", () => {
  const many = Array.from({ length: 30 }, (_, k) => has(`top/${k}`, [7, 8], [10, 10]));
  const box = { width: 600, height: 400 };
  const closed = layoutPresence(model, { ...graph, channels: many, edges: [] }, CLASSES, { box, open: new Set(), last: new Map() });
  expect(closed.more).toHaveLength(1);
  const opened = layoutPresence(model, { ...graph, channels: many, edges: [] }, CLASSES, { box, open: new Set(["top:0"]), last: new Map() });
  expect(opened.nodes).toHaveLength(30);
});
