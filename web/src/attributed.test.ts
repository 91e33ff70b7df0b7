import { expect, test } from "vitest";
import { areAttributed, EVERY, ofWeight, weighedBy, weightOf } from "./attributed";
import { outputId } from "./output";
import { pointedChannel, pointedEdge } from "./pointed";
import type { ClassWithGraph, GraphEdge, Model } from "./types";

const model = { id: "m", layers: [], largestCount: 50, largestWeight: 50, scores: [] } as unknown as Model;
const edge = (source: string, weight: number, attributed: number | null, target = "top/0"): GraphEdge =>
  ({ source: `m/${source}`, target: `m/${target}`, weight, share: weight / 50, kind: null, probability: null, attributed, attributedOf: attributed === null ? null : 8 });
const edges = [edge("low/0", 40, 2), edge("low/1", 10, 8), edge("low/2", 30, null), edge("low/3", 20, 0)];
const sources = (list: readonly GraphEdge[]) => list.map(({ source }) => source.slice(-1)).join("");

test("an edge weighs pictures by influence or by attribution, and nothing where the latter was not counted", () => {
  expect(edges.map((each) => weightOf(each, "influence")?.weight)).toEqual([40, 10, 30, 20]);
  expect(edges.map((each) => weightOf(each, "attribution"))).toEqual([{ weight: 2, share: 0.25 }, { weight: 8, share: 1 }, null, { weight: 0, share: 0 }]);
  const toClass = { ...edge("top/0", 12, null), target: outputId(model) };
  expect(weightOf(toClass, "attribution")).toEqual({ weight: 12, share: 0.24 });
});

test("a filter by weight passes those that were counted often enough", () => {
  expect([0, 3, 9, EVERY].map((least) => sources(ofWeight(edges, least, "attribution")))).toEqual(["013", "1", "", "0123"]);
  expect([0, 15].map((least) => sources(ofWeight(edges, least)))).toEqual(["0123", "023"]);
});

test("the choice holds where there is something to choose", () => {
  expect([areAttributed(edges), weighedBy(edges, "attribution"), weighedBy(edges, "influence")]).toEqual([true, "attribution", "influence"]);
  expect(weighedBy([edge("low/0", 40, null)], "attribution")).toBe("influence");
});

test("details tell what was counted by attribution, and list a channel's edges by it where that is chosen", () => {
  const channel = (name: string) => ({ channel: { id: `m/${name}`, layer: name.split("/")[0]!, index: 0, classCount: 1, pictures: null }, count: 5, share: 0.5, pagerank: 0.5, probability: null });
  const shown = { name: "bear", images: 50, attributionGraph: { channels: ["low/0", "low/1", "low/2", "low/3", "top/0"].map(channel), edges, output: null } } as unknown as ClassWithGraph;
  const told = (source: string) => pointedEdge(model, shown, `m/${source}>m/top/0`)!.facts.find(({ name }) => name === "by attribution");
  expect(["low/0", "low/3", "low/2"].map(told)).toEqual([{ name: "by attribution", value: "2", of: "of 8 pictures" }, { name: "by attribution", value: "0", of: "of 8 pictures" }, undefined]);
  const inputs = (by: "influence" | "attribution") => pointedChannel(model, shown, "activation", "m/top/0", by)!.inputs.map(({ name, weight, part }) => [name, weight, part]);
  expect(inputs("attribution")).toEqual([["low/1", 8, 1], ["low/0", 2, 0.25], ["low/3", 0, 0]]);
  expect(inputs("influence").map(([name]) => name)).toEqual(["low/0", "low/2", "low/3", "low/1"]);
  const drawn = { ...shown, attributionGraph: { ...shown.attributionGraph, edges: ofWeight(edges, EVERY, "attribution") } } as ClassWithGraph;
  const counted = (by: "influence" | "attribution", item = shown) => pointedChannel(model, item, "activation", "m/top/0", by, edges)!.facts.find(({ name }) => name === "edges");
  expect([counted("attribution", drawn), counted("influence")]).toEqual([{ name: "edges", value: "3 in, 0 out", of: "and 1 not counted" }, { name: "edges", value: "4 in, 0 out" }]);
  const none = { ...shown, attributionGraph: { ...shown.attributionGraph, edges: [] } } as ClassWithGraph;
  expect(pointedChannel(model, none, "activation", "m/top/0", "attribution")!.weighed).toBe("by attribution, of 0");
});
