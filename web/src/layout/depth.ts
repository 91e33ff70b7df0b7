// Deep networks: a window of rows at full size instead of all of them too small to see.
import type { Channel, Layer, Model } from "../types";

export interface Rows {
  readonly from: number; // index of the lowest row drawn
  readonly count: number;
}

export const DEPTH = 36; // px that the column of all rows takes at the right

const SHALLOW = 12; // rows up to which a network is always drawn whole
const ROOM = 88; // px a row of the window gets, at least
const EDGES = 80; // px above and below

/** The rows to draw in a box, or null where the whole network is drawn. `wish` null: the last layers. */
export function chooseRows(layers: readonly Layer[], height: number, wish: number | null): Rows | null {
  if (layers.length <= SHALLOW) return null;
  const count = Math.min(layers.length, Math.max(4, Math.floor((height - EDGES) / ROOM)));
  const highest = layers.length - count;
  return { from: Math.min(highest, Math.max(0, wish ?? highest)), count };
}

interface Drawable {
  readonly channels: readonly { readonly channel: Channel }[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

/** The part of a model and of a graph that lies in those rows. */
export function cutRows<Graph extends Drawable>(model: Model, graph: Graph, rows: Rows | null): { model: Model; graph: Graph } {
  if (rows === null) return { model, graph };
  const layers = model.layers.slice(rows.from, rows.from + rows.count);
  const names = new Set(layers.map((layer) => layer.name));
  const channels = graph.channels.filter((item) => names.has(item.channel.layer));
  const ids = new Set(channels.map((item) => item.channel.id));
  const edges = graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target));
  return { model: { ...model, layers }, graph: { ...graph, channels, edges } };
}

/** How many of the channels each layer has. */
export function countLayers(channels: Drawable["channels"]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { channel } of channels) counts.set(channel.layer, (counts.get(channel.layer) ?? 0) + 1);
  return counts;
}
