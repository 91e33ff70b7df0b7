// The scene of one class: its attribution graph in rows, last layer on top.
import type { AttributionGraph, GraphChannel, GraphEdge, Model } from "../types";
import { orderRows, startOrder } from "./order";
import { type Box, frameRows, headWidth, seatRow } from "./rows";
import { opacity, shareOf, side, thinning, width } from "./scale";
import { edgeCurve, edgeId, type RowDrop, type Scene, type SceneNode } from "./scene";
import { counted, number, plural } from "../format";
import { unitsOf } from "../units";

export interface GraphOptions {
  readonly box: Box;
  readonly min: number; // channels with fewer pictures are left out
  readonly open: ReadonlySet<string>; // layers whose "+12" is open
  readonly last: ReadonlyMap<string, number>; // place of each channel the user saw last
  readonly raised: ReadonlyMap<string, number>; // percent by layer, where the threshold was raised
  readonly drops?: ReadonlyMap<string, RowDrop>; // by layer, where the graph was checked
  readonly beside?: number; // px that every picture's tab takes
}

const MARGIN = 16;

type Drawable = Pick<AttributionGraph, "channels" | "edges">;

/** The part of a graph that passes the importance slider. */
export function important(graph: Drawable, min: number): { channels: GraphChannel[]; edges: GraphEdge[] } {
  const channels = graph.channels.filter((item) => item.count >= min);
  const ids = new Set(channels.map((item) => item.channel.id));
  return { channels, edges: graph.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)) };
}

export function layoutGraph(model: Model, graph: Drawable, options: GraphOptions): Scene {
  const { channels, edges } = important(graph, options.min);
  const byId = new Map(channels.map((item) => [item.channel.id, item]));
  const inLayer = model.layers.map((layer) => channels.filter((item) => item.channel.layer === layer.name));
  const layers = model.layers.map(({ name, channels: all }, r) => {
    return { name, note: `${number(inLayer[r]!.length)} of ${number(all)}`, raised: options.raised.get(name) ?? null, drop: options.drops?.get(name) ?? null };
  });
  const frame = frameRows(layers, options.box.height);

  const start = inLayer.map((row) => startOrder(row.map((item) => item.channel), options.last));
  const order = orderRows(start, edges, undefined, options.last);
  const size = (item: GraphChannel) => side(shareOf(item.share, item.count, model.largestCount)) * frame.zoom;

  const head = headWidth(model.layers);
  const free = options.box.width - head - 2 * MARGIN;
  const seated = order.map((row, r) => {
    const seats = row.map((id) => ({ id, side: size(byId.get(id)!), count: byId.get(id)!.count }));
    const open = options.open.has(model.layers[r]!.name);
    return seatRow(seats, { left: head + MARGIN, width: free, align: "middle", open, beside: options.beside ?? 0, grown: Math.max(1, frame.zoom) });
  });
  const { count: word } = unitsOf(model);
  const linked = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const nodes = seated.flatMap(({ seats }, row) =>
    seats.map(({ id, x, side }): SceneNode => {
      const { channel, count, share } = byId.get(id)!;
      const about = `${channel.layer}/${channel.index}, ${counted(count, word, share)}, in the graphs of ${plural(channel.classCount, "class", "classes")}${linked.has(id) ? "" : ", no edges"}`;
      const picture = channel.pictures?.thumbnail ?? null;
      const { layer, index } = channel;
      return { id, layer, index, row, x, y: frame.rows[row]!.y, side, picture, tone: "plain", isolated: !linked.has(id), about };
    }),
  );
  const at = new Map(nodes.map((node) => [node.id, node]));
  const drawn = edges.flatMap((edge) => {
    const [lower, upper] = [at.get(edge.source), at.get(edge.target)];
    if (!lower || !upper) return []; // behind a "+12"
    return [{ ...edge, lower, upper, share: shareOf(edge.share, edge.weight, model.largestWeight) }];
  });
  const bands = order.map((_, r) => drawn.filter(({ lower }) => lower.row === r).map(({ share }) => width(share) * frame.zoom));
  const thin = Math.min(...bands.map((widths) => thinning(widths, free)));
  return {
    width: options.box.width,
    height: frame.height,
    head,
    tail: 0,
    rows: frame.rows,
    nodes,
    edges: drawn.map(({ source, target, weight, share, lower, upper }) => {
      const strength = { width: width(share) * frame.zoom * thin, opacity: opacity(share) * Math.sqrt(thin), weight };
      return { id: edgeId(source, target), source, target, curve: edgeCurve(lower, upper), ...strength, tone: "plain" as const };
    }),
    more: seated.flatMap(({ hidden, moreAt }, r) =>
      hidden.length ? [{ layer: model.layers[r]!.name, block: 0, x: moreAt, y: frame.rows[r]!.y, hidden: hidden.length }] : [],
    ),
    zones: [],
  };
}

/** Remember where channels stood, for the next layout's start order. */
export const lastSeen = (scene: Scene): Map<string, number> => new Map(scene.nodes.map((node) => [node.id, node.x]));
