// A motif as a small layered picture: only the layers it touches, last on top.
import type { Channel, MotifEdge, Layer } from "../types";
import { orderRows } from "./order";
import { edgeCurve, edgeId, edgePath } from "./scene";
import { must } from "../must";

export interface SmallNode {
  readonly id: string;
  readonly name: string; // "mixed4d/431"
  readonly index: number;
  readonly picture: string | null;
  readonly x: number;
  readonly y: number;
}

export interface SmallScene {
  readonly width: number;
  readonly height: number;
  readonly side: number; // px of every picture
  readonly rows: readonly { readonly layer: string; readonly y: number }[];
  readonly nodes: readonly SmallNode[];
  readonly edges: readonly { readonly id: string; readonly path: string }[];
}

const LARGE = { side: 34, column: 46, pitch: 76 }; // px; the pitch holds a picture, its number, and room for edges
const SMALL = { side: 26, column: 36, pitch: 58 }; // for motifs of more rows than
const FEW = 4;
const NAMES = 64; // px for the layers' names
const FOOT = 20;

/** few: rows up to which everything is drawn large */
export function layoutMotif(layers: readonly Layer[], channels: readonly Channel[], edges: readonly MotifEdge[], few = FEW): SmallScene {
  const touched = layers.filter((layer) => channels.some((channel) => channel.layer === layer.name));
  const byId = new Map(channels.map((channel) => [channel.id, channel]));
  const start = touched.map((layer) =>
    channels.filter((channel) => channel.layer === layer.name).sort((a, b) => a.index - b.index).map((channel) => channel.id),
  );
  const order = orderRows(start, edges);
  const { side, column, pitch } = order.length > few ? SMALL : LARGE;
  const widest = Math.max(1, ...order.map((row) => row.length));
  const height = pitch * (order.length - 1) + side + FOOT;
  const foot = (r: number) => height - FOOT - pitch * r;
  const nodes = order.flatMap((row, r) =>
    row.map((id, k): SmallNode => {
      const { layer, index, pictures } = must(byId.get(id));
      const x = NAMES + column * (k + 0.5 + (widest - row.length) / 2);
      return { id, name: `${layer}/${index}`, index, picture: pictures?.thumbnail ?? null, x, y: foot(r) };
    }),
  );
  const at = new Map(nodes.map((node) => [node.id, { ...node, side }]));
  return {
    width: NAMES + column * widest,
    height,
    side,
    rows: touched.map((layer, r) => ({ layer: layer.name, y: foot(r) - side / 2 })),
    nodes,
    edges: edges.map(({ source, target }) => ({ id: edgeId(source, target), path: edgePath(edgeCurve(must(at.get(source)), must(at.get(target)))) })),
  };
}
