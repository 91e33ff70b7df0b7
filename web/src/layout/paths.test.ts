import { expect, test } from "vitest";
import { graphsOf, pathsOf, reach } from "./paths";

const leads = (source: string, target: string, ...classes: number[]) => ({ source, target, classes, weights: classes, shares: null, kind: null, probabilities: [] });
const union = { edges: [leads("a", "m", 1), leads("b", "m", 2), leads("m", "t", 2), leads("m", "s", 1), leads("n", "t", 2)] };

test("reach goes on over any number of edges, in one direction", () => {
  expect([...reach(union.edges, "a", "up")].sort()).toEqual(["a", "m", "s", "t"]);
  expect([...reach(union.edges, "t", "down")].sort()).toEqual(["a", "b", "m", "n", "t"]);
});

test("a path never changes from one class's graph to another's", () => {
  const graphs = graphsOf(union, [1, 2]);
  const { above, outputs } = pathsOf(graphs, "a");
  expect([...above].sort()).toEqual(["a", "m", "s"]);
  expect([...outputs].sort()).toEqual(["a>m", "m>s"]);
  expect([...pathsOf(graphs, "t").below].sort()).toEqual(["b", "m", "n", "t"]);
});

test("a channel of several classes is walked in each, and what was found is joined", () => {
  const { below, above, inputs } = pathsOf(graphsOf(union, [1, 2]), "m");
  expect([...below].sort()).toEqual(["a", "b", "m"]);
  expect([...above].sort()).toEqual(["m", "s", "t"]);
  expect([...inputs].sort()).toEqual(["a>m", "b>m"]);
});
