import { expect, test } from "vitest";
import type { Model } from "../types";
import { chooseRows, cutRows } from "./depth";

const layers = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `m/l${index}`, name: `l${index}`, index, channels: 9 }));
const channel = (layer: number) => ({ channel: { id: `m/l${layer}/0`, layer: `l${layer}`, index: 0, classCount: 1, pictures: null } });
const edge = (layer: number) => ({ source: `m/l${layer}/0`, target: `m/l${layer + 1}/0` });

test("a shallow network is drawn whole", () => {
  expect(chooseRows(layers(9), 400, 3)).toBeNull();
});

test("a deep one begins at its last layers, and the window stays inside", () => {
  expect(chooseRows(layers(50), 880, null)).toEqual({ from: 41, count: 9 });
  expect(chooseRows(layers(50), 880, 12)).toEqual({ from: 12, count: 9 });
  expect(chooseRows(layers(50), 880, 49)).toEqual({ from: 41, count: 9 });
});

test("only the rows of the window, their channels and the edges between them remain", () => {
  const model = { id: "m", layers: layers(20) } as unknown as Model;
  const graph = { channels: [4, 5, 6, 7].map(channel), edges: [4, 5, 6].map(edge) };
  const cut = cutRows(model, graph, { from: 5, count: 2 });
  expect(cut.model.layers.map((layer) => layer.name)).toEqual(["l5", "l6"]);
  expect(cut.graph.channels).toHaveLength(2);
  expect(cut.graph.edges).toEqual([edge(5)]);
});
