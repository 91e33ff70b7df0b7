import { expect, test } from "vitest";
import type { AttributionGraph, ComparedGraph, Model } from "../types";
import { countZones, layoutComparison } from "./comparison";
import { layoutGraph, lastSeen } from "./graph";
import { layoutMatrix } from "./matrix";
import { side, specificity, thinning } from "./scale";
import { edgePath, NUMBER } from "./scene";

const model: Model = {
  id: "m",
  architecture: "tiny",
  dataset: "none",
  graphThreshold: null,
  classCount: 2,
  channelCount: 12,
  graphChannelCount: 6,
  weightUnit: null,
  largestCount: 100,
  scores: [],
  largestWeight: 100,
  layers: ["low", "mid", "top"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 4 })),
};

const channel = (name: string) => {
  const [layer = "", index] = name.split("/");
  return { id: `m/${name}`, layer, index: Number(index), classCount: 3, pictures: null };
};
const weighed = (name: string, count: number) => ({ channel: channel(name), count, share: null, pagerank: 0.01, probability: null });
const edge = (source: string, target: string, weight = 50) => ({ source: `m/${source}`, target: `m/${target}`, weight, share: null, kind: null, probability: null, attributed: null, attributedOf: null });

const graph: AttributionGraph = {
  channels: [weighed("top/0", 9), weighed("top/3", 100), weighed("mid/1", 40), weighed("mid/2", 25), weighed("low/0", 60)],
  edges: [edge("mid/1", "top/3", 100), edge("mid/2", "top/0"), edge("low/0", "mid/1")],
  totalChannels: 5,
  totalEdges: 3,
  output: null,
  origin: { threshold: 7.5, unified: false, step: 0.5, deadEnds: true, thresholds: [7.5, 12.5, 7.5], damping: 0.85, variant: "gds", replicates: null, noProbability: null },
};
const options = { box: { width: 800, height: 400 }, min: 0, open: new Set<string>(), last: new Map<string, number>(), raised: new Map<string, number>() };

test("edges keep their width until those between two rows would become a wall", () => {
  expect(thinning([6, 6, 6], 400)).toBe(1);
  expect(thinning(Array.from({ length: 300 }, () => 6), 1000)).toBeCloseTo(0.25);
  expect(thinning([], 0)).toBe(1);
  expect(layoutGraph(model, graph, options).edges[0]).toMatchObject({ width: 6, opacity: 0.6 });
});

test("a layer whose threshold was raised says to what", () => {
  const { rows } = layoutGraph(model, graph, { ...options, raised: new Map([["mid", 12.5]]) });
  expect(rows.map((row) => row.raised)).toEqual([null, 12.5, null]);
});

test("the last layer is on top and every row says how many of the layer's channels it has", () => {
  const { rows } = layoutGraph(model, graph, options);
  expect(rows.map((row) => row.note)).toEqual(["1 of 4", "2 of 4", "2 of 4"]);
  expect(rows[2]!.y).toBeLessThan(rows[0]!.y);
});

test("size follows the count on the model's scale where no share is known", () => {
  const { nodes } = layoutGraph(model, graph, { ...options, box: { width: 800, height: 420 } });
  const side = (id: string) => nodes.find((node) => node.id === id)!.side;
  expect(side("m/top/3") / side("m/mid/2")).toBeCloseTo(62 / 42);
});

test("the importance slider takes channels and the edges at them", () => {
  const scene = layoutGraph(model, graph, { ...options, min: 30 });
  expect(scene.nodes.map((node) => node.id).sort()).toEqual(["m/low/0", "m/mid/1", "m/top/3"]);
  expect(scene.edges).toHaveLength(2);
});

test("edges that are too light are not drawn, and no channel moves or goes for it", () => {
  const all = layoutGraph(model, graph, options);
  const scene = layoutGraph(model, graph, { ...options, weight: 60 });
  expect(scene.edges.map(({ weight }) => weight)).toEqual([100]);
  expect(scene.nodes).toEqual(all.nodes);
});

test("edges are as wide as they weigh by attribution, and those that were not counted are not drawn, where that is chosen", () => {
  const counts = [[2, 8], [0, 8], [null, null]] as const;
  const counted = { ...graph, edges: graph.edges.map((edge, k) => ({ ...edge, attributed: counts[k]![0], attributedOf: counts[k]![1] })) };
  const all = layoutGraph(model, counted, options);
  const scene = layoutGraph(model, counted, { ...options, weighed: "attribution" });
  expect(scene.edges.map(({ weight, width }) => [weight, width])).toEqual([[2, 0.8 + 5.2 / 4], [0, 0.8]]);
  expect(scene.nodes).toEqual(all.nodes);
  expect(layoutGraph(model, counted, { ...options, weighed: "attribution", weight: 1 }).edges).toHaveLength(1);
});

test("width spreads the channels of a row, height the rows, and what has more room than its box is a larger scene", () => {
  const usual = layoutGraph(model, graph, options);
  const spread = layoutGraph(model, graph, { ...options, spacing: { across: 2, down: 1.5 } });
  const gap = ({ nodes }: typeof usual) => Math.abs(nodes.find(({ id }) => id === "m/top/0")!.x - nodes.find(({ id }) => id === "m/top/3")!.x);
  const pitch = ({ rows }: typeof usual) => rows[0]!.y - rows[1]!.y;
  expect(gap(spread) / gap(usual)).toBeCloseTo(2);
  expect(pitch(spread) / pitch(usual)).toBeCloseTo(1.5);
  expect(spread.width).toBeGreaterThan(usual.width);
  const narrow = layoutGraph(model, graph, { ...options, spacing: { across: 0.6, down: 1 } });
  expect(gap(narrow) / gap(usual)).toBeCloseTo(0.6);
  expect(narrow.width).toBe(usual.width);
  const middle = ({ nodes }: typeof usual) => nodes.find(({ id }) => id === "m/low/0")!.x;
  expect(middle(narrow)).toBeCloseTo(middle(usual));
});

// Every y of a path, in order: start, two bends, end. A Bezier stays inside the hull of its points.
const heights = (path: string) => [...path.matchAll(/,(-?[\d.]+)/g)].map((match) => Number(match[1]));

test("no edge reaches a number: edges run between the tops of one row and the numbers' foot of the next", () => {
  const scene = layoutGraph(model, graph, options);
  const at = new Map(scene.nodes.map((node) => [node.id, node]));
  for (const { curve, source, target } of scene.edges) {
    const path = edgePath(curve);
    const [from = 0, , , to = 0] = heights(path);
    expect(Math.min(...heights(path))).toBe(to);
    expect(to).toBeGreaterThanOrEqual(at.get(target)!.y + NUMBER - 0.1);
    expect(from).toBeLessThanOrEqual(at.get(source)!.y);
  }
});

test("channels that stay keep their order when the graph changes", () => {
  const last = new Map([["m/mid/1", 500], ["m/mid/2", 300], ["m/top/0", 300], ["m/top/3", 500]]);
  const scene = layoutGraph(model, graph, { ...options, last });
  const x = (id: string) => scene.nodes.find((node) => node.id === id)!.x;
  expect(x("m/mid/2")).toBeLessThan(x("m/mid/1"));
  expect(lastSeen(scene).get("m/mid/2")).toBe(x("m/mid/2"));
});

const both: ComparedGraph = {
  classes: [],
  channels: [
    { channel: channel("top/0"), classes: [7], counts: [9], shares: null, probabilities: [], pageranks: [0] },
    { channel: channel("top/1"), classes: [7, 3], counts: [50, 70], shares: null, probabilities: [], pageranks: [0, 0] },
    { channel: channel("top/2"), classes: [3], counts: [30], shares: null, probabilities: [], pageranks: [0] },
    { channel: channel("mid/1"), classes: [7, 3], counts: [20, 20], shares: null, probabilities: [], pageranks: [0, 0] },
  ],
  edges: [
    { source: "m/mid/1", target: "m/top/1", classes: [7, 3], weights: [10, 30], shares: null, kind: null, probabilities: [] },
    { source: "m/mid/1", target: "m/top/2", classes: [3], weights: [8], shares: null, kind: null, probabilities: [] },
  ],
  layers: [{ layer: "top", jaccard: 1 / 3, counts: [2, 2], shared: 1, union: 3 }],
};

test("in a comparison the place says whose a channel is, in the order the classes were asked for", () => {
  const scene = layoutComparison(model, both, [7, 3], options);
  const node = (id: string) => scene.nodes.find((item) => item.id === id)!;
  expect(["m/top/0", "m/top/1", "m/top/2"].map((id) => node(id).tone)).toEqual(["a", "both", "b"]);
  expect(node("m/top/0").x).toBeLessThan(node("m/top/1").x);
  expect(node("m/top/1").x).toBeLessThan(node("m/top/2").x);
  const swapped = layoutComparison(model, both, [3, 7], options);
  expect(swapped.nodes.find((item) => item.id === "m/top/0")!.tone).toBe("b");
});

test("every channel stands inside its zone and zones do not overlap", () => {
  const scene = layoutComparison(model, both, [7, 3], options);
  const tones = ["a", "both", "b"];
  for (const node of scene.nodes) {
    const zone = scene.zones[tones.indexOf(node.tone)]!;
    expect(node.x - node.side / 2).toBeGreaterThanOrEqual(zone.x);
    expect(node.x + node.side / 2).toBeLessThanOrEqual(zone.x + zone.width);
  }
  expect(scene.zones[0]!.x + scene.zones[0]!.width).toBeLessThan(scene.zones[1]!.x);
  expect(scene.zones[2]!.x + scene.zones[2]!.width).toBeLessThanOrEqual(800 - scene.tail + 0.1);
});

test("zones are counted, channels and edges", () => {
  expect(countZones(both, [7, 3])).toEqual([
    { channels: 1, edges: 0 },
    { channels: 2, edges: 1 },
    { channels: 1, edges: 1 },
  ]);
});

test("the matrix lists channels of most classes first and hides those of too few", () => {
  const blocks = layoutMatrix(model, both, [3, 7], { operation: "UNION", atLeast: 1 });
  expect(blocks.map((block) => block.layer)).toEqual(["top", "mid", "low"]);
  expect(blocks[0]!.lines.map((line) => line.channel.index)).toEqual([1, 2, 0]);
  expect(blocks[0]!.lines[0]!.cells.map((cell) => cell?.count)).toEqual([70, 50]);
  expect(blocks[0]!.lines[1]!.cells[1]).toBeNull();
  expect(layoutMatrix(model, both, [3, 7], { operation: "AT_LEAST", atLeast: 2 })[0]!.lines).toHaveLength(1);
});

test("pictures are as large as their channels are specific, where that is chosen", () => {
  expect([1, 10, 1000, 0].map((having) => specificity(having, 1000))).toEqual([1, expect.closeTo(2 / 3), 0, 1]);
  expect(specificity(1, 1)).toBe(0); // of one graph nothing is known
  const sides = (graphs: number | null) => {
    const { nodes } = layoutGraph(model, { ...graph, channels: graph.channels.map((item, k) => ({ ...item, channel: { ...item.channel, classCount: 10 ** k } })) }, { ...options, graphs });
    return new Map(nodes.map((node) => [node.id, node.side]));
  };
  const [specific, counted] = [sides(10_000), sides(null)];
  expect(specific.get("m/top/0")! / counted.get("m/top/0")!).toBeCloseTo(side(1) / side(0.09));
  expect(specific.get("m/low/0")! / counted.get("m/low/0")!).toBeCloseTo(side(0) / side(0.6));
});
