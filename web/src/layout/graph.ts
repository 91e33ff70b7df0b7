// The scene of one class: its attribution graph in rows, last layer on top.
import type { AttributionGraph, GraphChannel, GraphEdge, Model } from "../types";
import { ofWeight, type Weighing, weightOf } from "../attributed";
import { isHandedOn, type Kinds, ofKinds } from "../kinds";
import { fading, isUnsure, told } from "../probability";
import { findLanes, type Lanes, seatLanes } from "./lanes";
import { type Link, orderRows, startOrder } from "./order";
import { type Bench, type Box, frameRows, headWidth, type Limits, type Seat, type Seated, seatRow, seatStage, USUAL } from "./rows";
import { opacity, shareOf, side, specificity, thinning, width } from "./scale";
import { edgeCurve, edgeId, NUMBER, type RowDrop, type Scene, type SceneLane, type SceneNode } from "./scene";
import { counted, number, plural } from "../format";
import { isOutput } from "../output";
import { unitsOf } from "../units";
import { must } from "../must";

export interface GraphOptions extends Limits {
  readonly box: Box;
  readonly min: number; // channels with fewer pictures are left out
  readonly open: ReadonlySet<string>; // layers whose "+12" is open
  readonly last: ReadonlyMap<string, number>; // place of each channel the user saw last
  readonly raised: ReadonlyMap<string, number>; // percent by layer, where the threshold was raised
  readonly drops?: ReadonlyMap<string, RowDrop>; // by layer, where the graph was checked
  readonly beside?: number; // px that every picture's tab takes
  readonly kinds?: Kinds; // of the edges that are drawn; channels stand where they stand with all
  readonly probable?: boolean; // the less sure, the fainter
  readonly lanes?: boolean; // a channel that is handed on keeps one column
  readonly weighed?: Weighing; // what weights and widths are of; channels stand where they stand by influence
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
    return { name, note: isOutput(`/${name}/`) ? "" : `${number(must(inLayer[r]).length)} of ${number(all)}`, raised: options.raised.get(name) ?? null, drop: options.drops?.get(name) ?? null };
  });
  const { across, down } = options.spacing ?? USUAL;
  const frame = frameRows(layers, options.box.height, down);

  const start = inLayer.map((row) => startOrder(row.map((item) => item.channel), options.last));
  const lanes = findLanes(start, options.lanes ? edges.filter(({ kind }) => isHandedOn(kind ?? null)) : []);
  const isSeen = lanes.stages.length > 0 && channels.every(({ channel }) => options.last.has(channel.id));
  const order = isSeen ? start : orderRows(start, edges, undefined, options.last);
  const size = (item: GraphChannel) => side(options.graphs && !isOutput(item.channel.id) ? specificity(item.channel.classCount, options.graphs) : shareOf(item.share, item.count, model.largestCount)) * frame.zoom;

  const head = headWidth(model.layers);
  const room = options.box.width - head - 2 * MARGIN;
  const free = room * across;
  const benchOf = (r: number): Bench => ({ left: head + MARGIN + Math.max(0, room - free) / 2, width: free, align: "middle", open: options.open.has(must(model.layers[r]).name), beside: options.beside ?? 0, grown: Math.max(1, frame.zoom) * across });
  const wished = order.map((row) => row.map((id): Seat => ({ id, side: size(must(byId.get(id))), count: must(byId.get(id)).count })));
  const seated = seatAll(wished, edges, lanes, benchOf, isSeen ? options.last : null);
  const { count: word } = unitsOf(model);
  const linked = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const nodes = seated.flatMap(({ seats }, row) =>
    seats.map(({ id, x, side }): SceneNode => {
      const { channel, count, share, probability = null } = must(byId.get(id));
      const about = isOutput(id) ? "the class" : `${channel.layer}/${channel.index}, ${counted(count, word, share)}, in the graphs of ${plural(channel.classCount, "class", "classes")}${linked.has(id) ? "" : ", no edges"}${probability === null ? "" : `, probability ${told(probability)}`}`;
      const picture = channel.pictures?.thumbnail ?? null;
      const { layer, index } = channel;
      const sure = options.probable && probability !== null ? { sure: { opacity: fading(probability), unsure: isUnsure(probability) } } : {};
      return { id, layer, index, row, x, y: must(frame.rows[row]).y, side, picture, tone: "plain", ...sure, isolated: !linked.has(id), about };
    }),
  );
  const at = new Map(nodes.map((node) => [node.id, node]));
  const drawn = behind(ofWeight(ofKinds(edges, options.kinds ?? "all"), options.weight ?? 0, options.weighed)).flatMap((edge) => {
    const [lower, upper] = [at.get(edge.source), at.get(edge.target)];
    if (!lower || !upper) return []; // behind a "+12"
    const { weight, share } = must(weightOf(edge, options.weighed ?? "influence"));
    return [{ ...edge, lower, upper, weight, share: shareOf(share, weight, model.largestWeight) }];
  });
  const bands = order.map((_, r) => drawn.filter(({ lower }) => lower.row === r).map(({ share }) => width(share) * frame.zoom));
  const thin = Math.min(...bands.map((widths) => thinning(widths, free)));
  return {
    width: options.box.width + Math.max(0, free - room),
    beyond: Math.max(0, free - room),
    height: frame.height,
    head,
    tail: 0,
    rows: frame.rows,
    nodes,
    edges: drawn.map(({ source, target, weight, share, kind = null, probability, lower, upper }) => {
      const strength = { width: width(share) * frame.zoom * thin, opacity: opacity(share) * Math.sqrt(thin) * (options.probable ? fading(probability) : 1), weight };
      return { id: edgeId(source, target), source, target, curve: edgeCurve(lower, upper), ...strength, tone: "plain" as const, kind };
    }),
    more: seated.flatMap(({ hidden, moreAt }, r) =>
      hidden.length ? [{ layer: must(model.layers[r]).name, block: 0, x: moreAt, y: must(frame.rows[r]).y, hidden: hidden.length }] : [],
    ),
    zones: [],
    lanes: lanesDrawn(nodes, lanes, seated),
  };
}

/** Edges in the order that they are drawn in: those along which a channel is handed on in front. */
const behind = (edges: readonly GraphEdge[]): GraphEdge[] => [...edges].sort((a, b) => Number(isHandedOn(a.kind ?? null)) - Number(isHandedOn(b.kind ?? null)));

/** Rows of a stage on common columns, each other row by itself. last  places where somebody saw all of it */
function seatAll(rows: readonly (readonly Seat[])[], links: readonly Link[], { of, stages }: Lanes, benchOf: (r: number) => Bench, last: ReadonlyMap<string, number> | null): Seated[] {
  const seated: Seated[] = [];
  for (let r = 0; r < rows.length; r++) {
    const stage = stages.find(({ from }) => from === r);
    if (!stage) {
      seated.push(seatRow(must(rows[r]), benchOf(r)));
      continue;
    }
    const here = rows.slice(stage.from, stage.to + 1);
    const bench = { ...benchOf(r), open: here.some((_, k) => benchOf(r + k).open) };
    const around = [rows[stage.from - 1], rows[stage.to + 1]].map((row = []) => row.map(({ id }) => id));
    seated.push(...seatStage(here, bench, (ids, columns, columnAt) => {
      const centred = (row: readonly string[]) => row.map((id, k) => [id, (columns - row.length) / 2 + k] as const);
      const wishes = new Map(last ? ids.flat().map((id) => [id, columnAt(must(last.get(id)))] as const) : ids.flatMap(centred));
      return seatLanes({ rows: ids, lane: of, columns, wishes, outside: new Map(around.flatMap(centred)), isSeen: last !== null }, links);
    }));
    r = stage.to;
  }
  return seated;
}

const LANE = 7; // px around the pictures of a lane, where there is room
const APART = 1; // px from the middle between two lanes

function lanesDrawn(nodes: readonly SceneNode[], { of }: Lanes, seated: readonly Seated[]): SceneLane[] {
  const members: [SceneNode, ...SceneNode[]][] = []; // of each lane, as far as no row between them hides it
  const latest = new Map<number, [SceneNode, ...SceneNode[]]>();
  for (const node of nodes) {
    const lane = of.get(node.id);
    if (lane === undefined) continue;
    const before = latest.get(lane);
    if (before?.at(-1)?.row === node.row - 1) before.push(node);
    else members.push(must(latest.set(lane, [node]).get(lane)));
  }
  return members.filter((all) => all.length > 1).map((all) => {
    const [lowest, highest] = [all[0], must(all.at(-1))];
    const half = Math.min(must(seated[lowest.row]).pitch / 2 - APART, Math.max(...all.map((node) => node.side)) / 2 + LANE);
    const top = highest.y - highest.side - LANE;
    return { channels: all.map(({ id }) => id), x: lowest.x - half, y: top, width: 2 * half, height: lowest.y + NUMBER + 2 - top };
  });
}

/** Remember where channels stood, for the next layout's start order. */
export const lastSeen = (scene: Scene): Map<string, number> => new Map(scene.nodes.map((node) => [node.id, node.x]));
