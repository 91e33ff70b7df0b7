import { expect, test } from "vitest";
import { layoutGraph } from "./layout/graph";
import { crowned, isOutput, namedIn, outputEdge, outputId, outputName, scoreFacts, withClass } from "./output";
import { pointedChannel } from "./pointed";
import type { ClassWithGraph, Model } from "./types";

const layer = (name: string, index: number) => ({ id: `m/${name}`, name, index, channels: 4 });
const model = { id: "m", layers: [layer("low", 0), layer("top", 1)], largestCount: 10, largestWeight: 10, weightUnit: null, scores: [] } as unknown as Model;
const channel = (name: string) => ({ channel: { id: `m/${name}`, layer: name.split("/")[0]!, index: 0, classCount: 1, pictures: null }, count: 5, share: 0.5, pagerank: 0.5, probability: null });
const edges = [
  { source: "m/top/0", attributed: 4, share: 0.4, contribution: -1.5, weight: -0.5, mean: 3 },
  { source: "m/top/9", attributed: 0, share: 0, contribution: 1, weight: 1, mean: 1 },
];
const shown = (output: unknown) =>
  ({ name: "bear", images: 10, attributionGraph: { channels: [channel("low/0"), channel("top/0")], edges: [{ source: "m/low/0", target: "m/top/0", weight: 3, share: 0.3, kind: null, probability: null }], output } }) as unknown as ClassWithGraph;
const counted = shown({ score: 2, bias: -0.25, reason: null, edges });
const options = { box: { width: 800, height: 400 }, min: 3, open: new Set<string>(), last: new Map<string, number>(), raised: new Map<string, number>() };

test("the class has a row of its own, whatever the importance, with edges from the channels that are shown", () => {
  const part = withClass(model, counted, { model, graph: counted.attributionGraph });
  const scene = layoutGraph(part.model, part.graph, options);
  expect(scene.rows.map(({ note }) => note)).toEqual(["1 of 4", "1 of 4", ""]);
  expect(scene.nodes.at(-1)).toMatchObject({ id: outputId(model), row: 2, about: "the class" });
  expect(scene.edges.map(({ source, target, weight }) => [source, target, weight])).toEqual([["m/low/0", "m/top/0", 3], ["m/top/0", "m/class output/0", 4]]);
});

test("no row without something that leads to the class, nor above a window of lower layers", () => {
  for (const item of [shown(null), shown({ score: null, bias: null, reason: "why", edges: [] })]) {
    expect(withClass(model, item, { model, graph: item.attributionGraph }).model).toBe(model);
    expect(crowned(model, item)).toBe(item);
  }
  const low = { ...model, layers: model.layers.slice(0, 1) };
  expect(withClass(model, counted, { model: low, graph: counted.attributionGraph }).model).toBe(low);
});

test("an edge to the class tells what it contributes, with its sign", () => {
  const target = { id: outputId(model), name: "class output/0", picture: null };
  const source = { id: "m/top/0", name: "top/0", picture: null };
  const told = outputEdge(counted, { id: `m/top/0>${target.id}`, source, target });
  expect(told.facts).toEqual([{ name: "attributed", value: "4", of: "of 10 pictures" }, { name: "contribution", value: "−1.50", of: "−0.500 × 3.00" }]);
  expect(told.target).toEqual({ ...target, title: "bear" });
  expect(outputEdge(counted, { id: "m/low/0>m/top/0", source, target })).toEqual({});
  expect(pointedChannel(model, crowned(model, counted), "activation", "m/top/0")!.facts).toContainEqual({ name: "reach", value: "1 below, 0 above" });
  expect(scoreFacts(counted)).toEqual([{ name: "mean score", value: "+2.00", of: "bias −0.250" }]);
  expect(scoreFacts(shown(null))).toEqual([]);
  expect(namedIn(counted, [{ id: target.id, edge: "", name: "class output/0", picture: null, weight: 4, part: 1 }])[0]!.name).toBe("bear");
  expect([isOutput(target.id), isOutput("m/class/0"), isOutput("top/1>class output/0")]).toEqual([true, false, true]);
});

test("an output is called as its class is, which carries its index where others have the same name", () => {
  expect(outputName({ output: 134, name: "crane", images: 2, class: { index: 134, name: "crane (134)" } })).toBe("crane (134)");
  expect(outputName({ output: 9, name: "crane", images: 2, class: null })).toBe("crane");
  expect(outputName({ output: 9, name: null, images: 2, class: null })).toBe("output 9");
});
