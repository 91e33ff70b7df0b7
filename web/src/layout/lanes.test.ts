import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { EdgeKind, GraphChannel, GraphEdge, Model } from "../types";
import { beadsOf, lineWidth } from "./beads";
import { layoutGraph, lastSeen } from "./graph";
import { findLanes, nearest, seatLanes } from "./lanes";
import type { Link } from "./order";

interface Case {
  readonly rows: string[][];
  readonly links: [string, string, number][];
  readonly hops: [string, string, number][];
  readonly lanes: Record<string, number>;
  readonly stages: [number, number][];
  readonly columns: Record<string, number>[];
}

const cases = JSON.parse(readFileSync(new URL("../../../tests/queries/drawing/lanes.json", import.meta.url), "utf8")) as Case[];
const asLinks = (links: Case["links"]): Link[] => links.map(([source, target, weight]) => ({ source, target, weight }));
const centred = (rows: readonly (readonly string[])[], columns: number) => new Map(rows.flatMap((row) => row.map((id, k) => [id, (columns - row.length) / 2 + k] as const)));

test.each(cases.map((item, k) => [k, item] as const))("lanes are found and seated as for a notebook's drawing (%i)", (_, item) => {
  const lanes = findLanes(item.rows, asLinks(item.hops));
  expect(Object.fromEntries(lanes.of)).toEqual(item.lanes);
  expect(lanes.stages.map(({ from, to }) => [from, to])).toEqual(item.stages);
  lanes.stages.forEach(({ from, to }, k) => {
    const rows = item.rows.slice(from, to + 1);
    const columns = Math.max(...rows.map((row) => row.length));
    const outside = centred([...item.rows.slice(Math.max(0, from - 1), from), ...item.rows.slice(to + 1, to + 2)], columns);
    const grid = { rows, lane: lanes.of, columns, wishes: centred(rows, columns), outside, isSeen: false };
    expect(Object.fromEntries(seatLanes(grid, asLinks(item.links)))).toEqual(item.columns[k]);
  });
});

test("free columns are chosen in order and near", () => {
  expect(nearest([0.2, 0.4, 3], [0, 1, 2, 3])).toEqual([0, 1, 3]);
  expect(nearest([3, 3], [0, 1, 4])).toEqual([1, 4]);
});

const layers = ["low", "mid", "top"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 16 }));
const model = { id: "m", layers, largestCount: 100, largestWeight: 100 } as unknown as Model;
const channel = (layer: string, index: number): GraphChannel => ({ channel: { id: `m/${layer}/${index}`, layer, index, classCount: 1, pictures: null }, count: 50, share: 0.5, pagerank: 0.1, probability: null });
const edge = (source: string, target: string, kind: EdgeKind): GraphEdge => ({ source: `m/${source}`, target: `m/${target}`, weight: 50, share: 0.5, kind, probability: null, attributed: null, attributedOf: null });
const graph = {
  channels: [["low", 1], ["low", 7], ["mid", 0], ["mid", 3], ["mid", 7], ["top", 7], ["top", 9]].map(([layer, index]) => channel(layer as string, index as number)),
  edges: [edge("low/7", "mid/7", "BOTH"), edge("mid/7", "top/7", "SKIP"), edge("low/1", "mid/0", "CONVOLUTION"), edge("mid/3", "top/9", "CONVOLUTION")],
};
const options = { box: { width: 900, height: 500 }, min: 0, open: new Set<string>(), last: new Map<string, number>(), raised: new Map<string, number>(), lanes: true };
const at = (scene: ReturnType<typeof layoutGraph>, name: string) => scene.nodes.find(({ id }) => id === `m/${name}`)!.x;

test("a channel that is handed on stands in one column on a ground of its own, and the switch lets it go", () => {
  const scene = layoutGraph(model, graph, options);
  expect(new Set(["low/7", "mid/7", "top/7"].map((name) => at(scene, name))).size).toBe(1);
  expect(scene.lanes).toHaveLength(1);
  const [lane] = scene.lanes;
  expect(lane!.channels).toEqual(["m/low/7", "m/mid/7", "m/top/7"]);
  expect(scene.nodes.filter(({ x }) => x > lane!.x && x < lane!.x + lane!.width).every(({ index }) => index === 7)).toBe(true);
  expect(layoutGraph(model, graph, { ...options, lanes: false }).lanes).toEqual([]);
});

test("a filter of kinds takes edges and moves nothing; what was seen stays where it was", () => {
  const whole = layoutGraph(model, graph, options);
  const skips = layoutGraph(model, graph, { ...options, kinds: "skips", last: lastSeen(whole) });
  expect(skips.edges.map(({ kind }) => kind).sort()).toEqual(["BOTH", "SKIP"]);
  expect(layoutGraph(model, graph, { ...options, kinds: "convolutions" }).edges.map(({ kind }) => kind)).toEqual(["CONVOLUTION", "CONVOLUTION"]);
  expect(lastSeen(skips)).toEqual(lastSeen(whole));
  expect(skips.nodes.map(({ isolated }) => isolated)).toEqual(whole.nodes.map(({ isolated }) => isolated));
});

test("a row that is too long gives its last column to what it hides, in every row of the stage", () => {
  const many = { channels: [...graph.channels, ...Array.from({ length: 40 }, (_, k) => channel("mid", 20 + k))], edges: graph.edges };
  const scene = layoutGraph(model, many, { ...options, box: { width: 500, height: 500 } });
  const mid = scene.nodes.filter(({ layer }) => layer === "mid");
  expect(scene.more).toHaveLength(1);
  expect(mid.length + scene.more[0]!.hidden).toBe(43);
  expect(Math.max(...scene.nodes.map(({ x }) => x))).toBeLessThan(scene.more[0]!.x);
  expect(new Set(mid.map(({ x }) => x)).size).toBe(mid.length);
});

test("beads are of the edge's width, on a thin line where a convolution leads there, too", () => {
  expect(beadsOf({ kind: "CONVOLUTION", width: 3, tone: "plain" })).toBeNull();
  expect(beadsOf({ kind: "SKIP", width: 4, tone: "plain" })).toEqual({ width: 4, dashes: "0 10" });
  expect(beadsOf({ kind: "BOTH", width: 1, tone: "b" })!.dashes.split(" ")).toHaveLength(4);
  expect(lineWidth({ kind: "BOTH", width: 5, tone: "plain" })).toBe(2);
  expect(lineWidth({ kind: null, width: 5, tone: "plain" })).toBe(5);
});
