// What belongs to the channel or edge that is pointed at, and where an arrow key leads from it.
import { type Edges, pathsOf } from "./paths";
import { edgeId, type SceneEdge, type SceneNode } from "./scene";

interface Drawn {
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
}

export interface Related {
  readonly nodes: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>; // ids of edges from below
  readonly outputs: ReadonlySet<string>; // ids of edges to above
}

export const isEdge = (id: string): boolean => id.includes(">");

/**
 * The channel, its edges and the channels at their other ends; for an edge, its two ends.
 * graphs  where every channel it is built on and leads to is wanted, over any number of edges: each class's own graph
 */
export function related(drawn: Drawn, id: string, graphs: readonly Edges[] | null = null): Related {
  if (isEdge(id)) {
    const [source = "", target = ""] = id.split(">");
    return { nodes: new Set([source, target]), inputs: new Set(), outputs: new Set([id]) };
  }
  if (graphs) {
    const { below, above, inputs, outputs } = pathsOf(graphs, id);
    return { nodes: new Set([...below, ...above]), inputs, outputs };
  }
  const inputs = drawn.edges.filter((edge) => edge.target === id);
  const outputs = drawn.edges.filter((edge) => edge.source === id);
  return {
    nodes: new Set([id, ...inputs.map((edge) => edge.source), ...outputs.map((edge) => edge.target)]),
    inputs: new Set(inputs.map((edge) => edge.id)),
    outputs: new Set(outputs.map((edge) => edge.id)),
  };
}

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** Left and right walk along the row; up and down follow the strongest edge, or else go to the nearest channel. */
export function walk(drawn: Drawn, from: string, direction: Direction): string {
  const here = drawn.nodes.find((node) => node.id === from);
  if (!here) return from;
  if (direction === "ArrowLeft" || direction === "ArrowRight") {
    const row = drawn.nodes.filter((node) => node.row === here.row).sort((a, b) => a.x - b.x);
    const next = row.indexOf(here) + (direction === "ArrowRight" ? 1 : -1);
    return row[next]?.id ?? from;
  }
  const up = direction === "ArrowUp";
  const edges = drawn.edges.filter((edge) => (up ? edge.source : edge.target) === from);
  const strongest = edges.reduce<SceneEdge | null>((best, edge) => (best && best.weight >= edge.weight ? best : edge), null);
  if (strongest) return up ? strongest.target : strongest.source;
  return nearestRow(drawn.nodes, here, up ? 1 : -1)?.id ?? from;
}

/** The nearest channel in the next row, in that direction, that has any. */
function nearestRow(nodes: readonly SceneNode[], here: SceneNode, step: 1 | -1): SceneNode | null {
  const beyond = nodes.filter((node) => (node.row - here.row) * step > 0);
  const row = Math.min(...beyond.map((node) => Math.abs(node.row - here.row)));
  const there = beyond.filter((node) => Math.abs(node.row - here.row) === row);
  return there.reduce<SceneNode | null>(
    (best, node) => (best && Math.abs(best.x - here.x) <= Math.abs(node.x - here.x) ? best : node),
    null,
  );
}

/** A pin is written without the model, "mixed4d/431" or "mixed4c/415>mixed4d/431"; ids carry it at both ends. */
export function pinToId(model: string, pin: string): string {
  const [source = "", target] = pin.split(">").map((end) => `${model}/${end}`);
  return target === undefined ? source : edgeId(source, target);
}

export const idToPin = (model: string, id: string): string =>
  id.split(">").map((end) => end.slice(model.length + 1)).join(">");

/** The edges of a motif that is laid over a graph, with their ends; null: none is. */
export function laidOver(model: string, motif: readonly string[]): ReadonlySet<string> | null {
  if (!motif.length) return null;
  return new Set(motif.map((edge) => pinToId(model, edge)).flatMap((edge) => [edge, ...edge.split(">")]));
}
