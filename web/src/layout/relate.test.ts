import { expect, test } from "vitest";
import { idToPin, pinToId, related, walk } from "./relate";
import type { SceneEdge, SceneNode } from "./scene";

const node = (id: string, row: number, x: number): SceneNode =>
  ({ id, row, x, y: 0, side: 30, layer: "l", index: 0, picture: null, tone: "plain", isolated: false, about: "" });
const edge = (source: string, target: string, weight: number): SceneEdge =>
  ({ id: `${source}>${target}`, source, target, weight, curve: { x0: 0, y0: 0, x1: 0, y1: 0, bend: 0 }, width: 1, opacity: 1, tone: "plain" });

const drawn = {
  nodes: [node("b", 0, 20), node("a", 0, 10), node("m", 1, 15), node("n", 1, 90), node("t", 3, 80)],
  edges: [edge("a", "m", 5), edge("b", "m", 9), edge("m", "t", 1)],
};

test("pointing at a channel shows its inputs, its outputs and their other ends", () => {
  const { nodes, inputs, outputs } = related(drawn, "m");
  expect([...nodes].sort()).toEqual(["a", "b", "m", "t"]);
  expect([...inputs]).toEqual(["a>m", "b>m"]);
  expect([...outputs]).toEqual(["m>t"]);
});

test("a trace lights everything a channel is built on and leads to, and nothing else", () => {
  const edges = [...drawn.edges, edge("n", "t", 1)];
  const { nodes, outputs } = related({ nodes: drawn.nodes, edges }, "a", [edges]);
  expect([...nodes]).toEqual(["a", "m", "t"]);
  expect([...outputs]).toEqual(["a>m", "m>t"]);
});

test("pointing at an edge shows its two ends", () => {
  expect([...related(drawn, "a>m").nodes]).toEqual(["a", "m"]);
});

test("left and right walk along the row as it is drawn and stop at its ends", () => {
  expect(walk(drawn, "a", "ArrowRight")).toBe("b");
  expect(walk(drawn, "b", "ArrowRight")).toBe("b");
});

test("up and down follow the strongest edge", () => {
  expect(walk(drawn, "m", "ArrowDown")).toBe("b");
  expect(walk(drawn, "m", "ArrowUp")).toBe("t");
});

test("without an edge the nearest channel of the next row that has any is taken", () => {
  expect(walk(drawn, "n", "ArrowUp")).toBe("t");
  expect(walk(drawn, "n", "ArrowDown")).toBe("b");
  expect(walk(drawn, "t", "ArrowUp")).toBe("t");
});

test("a pin names no model, and finds its way back", () => {
  for (const pin of ["mixed4d/431", "mixed4c/415>mixed4d/431"]) expect(idToPin("m", pinToId("m", pin))).toBe(pin);
  expect(pinToId("m", "a/1>b/2")).toBe("m/a/1>m/b/2");
});
