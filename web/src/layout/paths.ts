// Paths along edges, walked in each class's own graph: a channel that only one class has leads nowhere in another's.
import type { ComparedGraph } from "../types";
import { edgeId } from "./scene";

export interface Ends {
  readonly source: string;
  readonly target: string;
}

/** The edges of one class's graph. */
export type Edges = readonly Ends[];

/** What a channel is built on and leads to, in the graphs it was walked in. */
export interface Paths {
  readonly below: ReadonlySet<string>; // channels, with the one that it began at
  readonly above: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>; // ids of edges
  readonly outputs: ReadonlySet<string>;
}

/** The channel and all that edges lead to from it, in one direction. */
export function reach(edges: Edges, id: string, direction: "up" | "down"): Set<string> {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const [from, to] = direction === "up" ? [source, target] : [target, source];
    const known = next.get(from);
    if (known) known.push(to);
    else next.set(from, [to]);
  }
  const found = new Set([id]);
  for (const here of found) for (const there of next.get(here) ?? []) found.add(there); // a set that grows is walked to its end
  return found;
}

/** Walks every graph by itself and joins what was found. */
export function pathsOf(graphs: readonly Edges[], id: string): Paths {
  const paths = { below: new Set([id]), above: new Set([id]), inputs: new Set<string>(), outputs: new Set<string>() };
  for (const edges of graphs) {
    const [below, above] = [reach(edges, id, "down"), reach(edges, id, "up")];
    below.forEach((channel) => paths.below.add(channel));
    above.forEach((channel) => paths.above.add(channel));
    for (const { source, target } of edges) {
      if (below.has(target)) paths.inputs.add(edgeId(source, target));
      if (above.has(source)) paths.outputs.add(edgeId(source, target));
    }
  }
  return paths;
}

/** The graph of each class out of a comparison, in the order of the classes. */
export const graphsOf = ({ edges }: Pick<ComparedGraph, "edges">, classes: readonly number[]): Edges[] =>
  classes.map((index) => edges.filter((edge) => edge.classes.includes(index)));
