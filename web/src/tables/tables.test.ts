import { expect, test } from "vitest";
import type { ComparedGraph, Embedding, GraphChannel, Model, Motif } from "../types";
import { comparedChannelTable, comparedEdgeTable, comparisonTwins } from "./comparison";
import { edgeTable, graphTwins } from "./graph";
import { mapTwins } from "./map";
import { motifTwins } from "./motifs";
import { unitsOf } from "../units";
import { filled, pinning } from "./twin";

const ids = { model: "m", layers: new Set(["low", "top"]) };
const layers = ["low", "top"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 8 }));
const model = { id: "m", layers } as unknown as Model;
const channel = (layer: string, index: number) => ({ id: `m/${layer}/${index}`, layer, index, classCount: 3, pictures: null });
const edge = (source: string, target: string, weight: number) => ({ source, target, weight, share: null, kind: null, probability: null, attributed: null, attributedOf: null });

test("a graph's tables count its edges, rank those into a channel, and begin with the top layer", () => {
  const item = (layer: string, index: number, count: number): GraphChannel => ({ channel: channel(layer, index), count, share: 0.5, pagerank: 0.125, probability: 0.75 });
  const graph = { channels: [item("low", 1, 9), item("low", 2, 8), item("top", 0, 7)], edges: [edge("m/low/1", "m/top/0", 5), edge("m/low/2", "m/top/0", 5)] };
  const [channels, edges, rows] = graphTwins(model, graph, new Map([["top", 9]]));
  expect(channels?.rows[0]).toEqual(["m/top/0", "top", 7, 50, 12.5, 2, 0, 3, 0.75]);
  expect(edges?.rows.map((row) => row[4])).toEqual([1, 1]);
  expect(rows?.rows).toEqual([["top", 1, 8, 9], ["low", 2, 8, null]]);
});

test("files and tables have kinds of edges where they are known", () => {
  const kinds = (["BOTH", "CONVOLUTION"] as const).map((kind, k) => ({ ...edge(`m/low/${k}`, "m/top/0", 5 - k), kind }));
  expect(edgeTable({ edges: kinds })).toEqual({ columns: ["source", "target", "weight", "share", "kind"], rows: [["m/low/0", "m/top/0", 5, null, "BOTH"], ["m/low/1", "m/top/0", 4, null, "CONVOLUTION"]] });
  expect(edgeTable({ edges: [edge("m/low/1", "m/top/0", 5)] }).columns).toEqual(["source", "target", "weight", "share"]);
  expect(graphTwins(model, { channels: [], edges: kinds }, new Map())[1]!.rows.map((row) => row[5])).toEqual(["skip and convolution", "convolution"]);
});

test("files and tables have the counts by attribution where there are some", () => {
  const counted = [{ ...edge("m/low/0", "m/top/0", 5), attributed: 0, attributedOf: 8 }, edge("m/low/1", "m/top/1", 4)];
  expect(edgeTable({ edges: counted })).toEqual({ columns: ["source", "target", "weight", "share", "attributed", "attributed_of"], rows: [["m/low/0", "m/top/0", 5, null, 0, 8], ["m/low/1", "m/top/1", 4, null, null, null]] });
  const twin = (edges: typeof counted) => filled(graphTwins(model, { channels: [], edges }, new Map())[1]!);
  expect([twin(counted).columns.slice(-2), twin(counted).rows[0]!.slice(-2)]).toEqual([["by attribution", "of pictures"], [0, 8]]);
  expect(twin(counted.slice(1)).columns).not.toContain("by attribution");
});

test("edges come in the order of what they are weighed by, and those that were not counted last", () => {
  const edges = [edge("m/low/0", "m/top/0", 7), { ...edge("m/low/1", "m/top/0", 5), attributed: 2, attributedOf: 8 }, { ...edge("m/low/2", "m/top/0", 3), attributed: 6, attributedOf: 8 }];
  const order = (by: "influence" | "attribution") => graphTwins(model, { channels: [], edges }, new Map(), "activation", by)[1]!.rows.map(([from]) => from);
  expect([order("influence"), order("attribution")]).toEqual([["m/low/0", "m/low/1", "m/low/2"], ["m/low/2", "m/low/1", "m/low/0"]]);
});

test("ranks are those of the whole graph, whichever of its edges a table has", () => {
  const whole = [edge("m/low/1", "m/top/0", 7), edge("m/low/2", "m/top/0", 5), edge("m/low/3", "m/top/0", 3)];
  const [, edges] = graphTwins(model, { channels: [], edges: whole.slice(1), whole }, new Map());
  expect(edges?.rows.map((row) => [row[0], row[4]])).toEqual([["m/low/2", 2], ["m/low/3", 3]]);
});

test("compared edges have a probability for each class, where one is known", () => {
  const held = { ...edge("m/low/1", "m/top/0", 0), classes: [7], weights: [6], shares: null };
  const of = (probabilities: (number | null)[]) => ({ classes: [], channels: [], edges: [{ ...held, probabilities }], layers: [] }) as unknown as ComparedGraph;
  expect(comparedEdgeTable(of([0.25, 0.9]), [4, 7])).toEqual({
    columns: ["source", "target", "classes", "weight_4", "share_4", "probability_4", "weight_7", "share_7", "probability_7"],
    rows: [["m/low/1", "m/top/0", 1, undefined, undefined, 0.25, 6, undefined, 0.9]],
  });
  expect(comparedEdgeTable(of([null, null]), [4, 7]).columns).not.toContain("probability_4");
  const [, edges] = comparisonTwins(of([0.25, 0.9]), [4, 7], (index) => `class ${index}`, unitsOf(model));
  expect(edges?.columns.slice(-2)).toEqual(["class 4, probability", "class 7, probability"]);
  expect(edges?.rows[0]?.slice(-2)).toEqual([0.25, 0.9]);
});

test("a comparison's tables say whose a channel is, and leave out what a class lacks", () => {
  const compared = {
    classes: [],
    channels: [{ channel: channel("low", 1), classes: [4], counts: [6], shares: null, pageranks: [0.1], probabilities: [0.9, 0.2] }],
    edges: [],
    layers: [{ layer: "low", jaccard: 0, counts: [1, 0], shared: 0, union: 1 }],
  } as unknown as ComparedGraph;
  const [channels, , overlap] = comparisonTwins(compared, [4, 7], (index) => `class ${index}`, unitsOf(model));
  expect(channels?.rows).toEqual([["m/low/1", "low", "only class 4", 6, null, null, null, 3, 0.9, 0.2]]);
  expect(overlap?.rows).toEqual([["low", 0, 1, 0, 1, 0]]);
  const columns = ["id", "layer", "index", "classes", ...["x4", "x7"].flatMap((key) => ["count", "share", "pagerank", "probability"].map((word) => `${word}_${key}`))];
  expect(comparedChannelTable(compared, [4, 7], (index) => `x${index}`).columns).toEqual(columns);
  expect(comparedChannelTable(compared, [4, 7]).rows).toEqual([["m/low/1", "low", 1, 1, 6, undefined, 0.1, 0.9, undefined, undefined, undefined, 0.2]]);
});

test("an imported graph's tables count positions and units", () => {
  const imported = { ...model, weightUnit: 0.5 };
  const titles = graphTwins(imported, { channels: [], edges: [] }, new Map()).map(({ columns }) => columns[2]);
  expect(titles).toEqual(["positions", "units", "channels"]);
  const compared = { classes: [], channels: [], edges: [], layers: [] };
  expect(comparisonTwins(compared, [4, 7], (index) => `class ${index}`, unitsOf(imported)).map(({ columns }) => columns[3])).toEqual(["class 4, positions", "class 4, units", "Jaccard"]);
});

test("a map's tables hold each class once, with the groups that are coloured", () => {
  const embedding = { layer: "low", classes: [3, 5], x: [1, 2], y: [3, 4], parked: [5], source: "graphs", stale: false, parameters: "{}" } satisfies Embedding;
  const groups = [{ name: "bear", classes: [3] }];
  const [points] = mapTwins({ embedding, groups, accuracies: new Map(), users: null, hasAllUsers: false, picked: [], chosen: null, id: (index) => `m/${index}` });
  expect(points?.columns).toEqual(["class", "index", "x", "y", "groups", "at the rim"]);
  expect(points?.rows).toEqual([["m/3", 3, 1, 3, "bear", "no"], ["m/5", 5, 2, 4, "", "yes"]]);
});

test("a map's table does not say that a class lacks the pinned channel where not all that use it are known", () => {
  const embedding = { layer: "low", classes: [3, 5], x: [1, 2], y: [3, 4], parked: [], source: "graphs", stale: false, parameters: "{}" } satisfies Embedding;
  const told = (hasAllUsers: boolean) => mapTwins({ embedding, groups: [], accuracies: new Map(), users: new Set([3]), hasAllUsers, picked: [], chosen: null, id: String })[0]!.rows.map((row) => row[4]);
  expect([told(true), told(false)]).toEqual([["yes", "no"], ["yes", null]]);
});

test("motifs are a row each, with their edges in words", () => {
  const motif = { channels: [channel("low", 1), channel("top", 0)], edges: [edge("m/low/1", "m/top/0", 1)], support: 2, classes: [3, 5], logP: -4 } as unknown as Motif;
  const [motifs] = motifTwins([motif], { name: "bear", classes: 4 }, null, (index) => `m/${index}`);
  expect(motifs?.rows).toEqual([[1, 1, 2, 2, 50, -4, "low/1 → top/0", ["m/3", "m/5"]]]);
});

test("a column without a value is left out, and a channel's id pins it", () => {
  expect(filled({ title: "t", columns: ["a", "b"], rows: [[1, null], [2, undefined]] }).columns).toEqual(["a"]);
  expect(pinning(ids, () => null)("m/low/1")).toEqual({ text: "low/1", change: { pin: "low/1" } });
  expect(pinning(ids, () => null)("m/3")).toMatchObject({ text: "m/3", change: { class: 3 } });
  expect(pinning(ids, () => null)("anything")).toBeNull();
});
