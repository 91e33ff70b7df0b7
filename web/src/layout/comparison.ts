// The scene of two classes: three zones in every row, only A | both | only B. The place says whose a channel is.
import { type Kinds, ofKinds } from "../kinds";
import { fading, isBeyondChance } from "../probability";
import { unitsOf } from "../units";
import type { ComparedChannel, ComparedEdge, ComparedGraph, Model } from "../types";
import { orderRows, startOrder } from "./order";
import { type Align, type Box, frameRows, headWidth, type Limits, seatRow, USUAL } from "./rows";
import { mean, meanShare, meanWeight, opacity, side, specificity, width } from "./scale";
import { edgeCurve, edgeId, type Scene, type SceneNode, type Sure, type Tone, type Zone } from "./scene";
import { number } from "../format";
import { must } from "../must";

export interface ComparisonOptions extends Limits {
  readonly box: Box;
  readonly open: ReadonlySet<string>; // "<layer>:<zone>" whose "+12" is open
  readonly last: ReadonlyMap<string, number>;
  readonly kinds?: Kinds; // of the edges that are drawn
  readonly probable?: boolean; // differences that may be chance are fainter
}

export interface ZoneCount {
  readonly channels: number;
  readonly edges: number;
}

type Side = Extract<Tone, "a" | "both" | "b">;

const TAIL = 160; // px for the overlap
const SHORT_TAIL = 124; // ... in a narrow window
const NARROW = 960; // px
const BETWEEN = 16; // px between zones
const ALIGN: readonly Align[] = ["right", "middle", "left"]; // the outer zones lean on the shared one
const TONES: readonly [Side, Side, Side] = ["a", "both", "b"];
const BESIDE = [5, 10, 5]; // px that the tabs at a picture's sides take

/** px kept free at the right of a scene of this width for the overlap of its rows. */
export const tailWidth = (width: number): number => (width < NARROW ? SHORT_TAIL : TAIL);

/** 0: only the first class has it, 1: both, 2: only the second. */
export function zoneOf(item: { classes: readonly number[] }, [first]: readonly [number, number]): 0 | 1 | 2 {
  if (item.classes.length === 2) return 1;
  return item.classes[0] === first ? 0 : 2;
}

export function countZones(graph: ComparedGraph, pair: readonly [number, number]): readonly ZoneCount[] {
  return [0, 1, 2].map((zone) => ({
    channels: graph.channels.filter((item) => zoneOf(item, pair) === zone).length,
    edges: graph.edges.filter((item) => zoneOf(item, pair) === zone).length,
  }));
}

/** The edges that weigh so much on average over the classes that have them, as they are drawn. */
export const ofMeanWeight = <Edge extends Pick<ComparedEdge, "weights">>(edges: readonly Edge[], least: number): readonly Edge[] =>
  least > 0 ? edges.filter(({ weights }) => meanWeight(weights) >= least) : edges;

export function layoutComparison(
  model: Model,
  graph: ComparedGraph,
  pair: readonly [number, number],
  options: ComparisonOptions,
): Scene {
  const byId = new Map(graph.channels.map((item) => [item.channel.id, item]));
  const zone = (id: string) => zoneOf(must(byId.get(id)), pair);
  const links = graph.edges.map(({ source, target, weights }) => ({ source, target, weight: mean(weights) }));
  const start = model.layers.map((layer) => {
    const row = graph.channels.filter((item) => item.channel.layer === layer.name);
    return startOrder(row.map((item) => item.channel), options.last);
  });
  const rows = orderRows(start, links, zone, options.last).map((row) => [0, 1, 2].map((z) => row.filter((id) => zone(id) === z)));

  const tail = tailWidth(options.box.width);
  const left = headWidth(model.layers);
  const { across, down } = options.spacing ?? USUAL;
  const frame = frameRows(rows.map((row, r) => head(must(model.layers[r]).name, row, graph)), options.box.height, down);
  const room = Math.max(2 * BETWEEN, options.box.width - left - tail);
  const free = Math.max(2 * BETWEEN, room * across);
  const beyond = Math.max(0, free - room);
  const zones = divide(rows.map((row) => row.map((block) => block.length)), left + Math.max(0, room - free) / 2, free);
  const size = (item: ComparedChannel) => side(options.graphs ? specificity(item.channel.classCount, options.graphs) : meanShare(item.shares, item.counts, model.largestCount)) * frame.zoom;

  const [first, second] = pair.map((index) => graph.classes.find((item) => item.index === index)?.name ?? `class ${index}`);
  const whose = [`only in ${first}`, "in both", `only in ${second}`];
  const linked = new Set(links.flatMap(({ source, target }) => [source, target]));
  const nodes: SceneNode[] = [];
  const more: Scene["more"][number][] = [];
  rows.forEach((row, r) =>
    row.forEach((block, z) => {
      const layer = must(model.layers[r]).name;
      const seats = block.map((id) => ({ id, side: size(must(byId.get(id))), count: mean(must(byId.get(id)).counts) }));
      const { x, width } = must(zones[z]);
      const open = options.open.has(`${layer}:${z}`);
      const seated = seatRow(seats, { left: x, width, align: must(ALIGN[z]), open, beside: must(BESIDE[z]), grown: Math.max(1, frame.zoom) * across });
      const y = must(frame.rows[r]).y;
      for (const seat of seated.seats)
        nodes.push(drawn(must(byId.get(seat.id)), unitsOf(model).count, must(whose[z]), { row: r, x: seat.x, y, side: seat.side, tone: must(TONES[z]), ...(options.probable ? surenessOf(must(byId.get(seat.id)), pair) : {}), isolated: !linked.has(seat.id) }));
      if (seated.hidden.length) more.push({ layer, block: z, x: seated.moreAt, y, hidden: seated.hidden.length });
    }),
  );
  const at = new Map(nodes.map((node) => [node.id, node]));
  const edges = ofMeanWeight(ofKinds(graph.edges, options.kinds ?? "all"), options.weight ?? 0).flatMap((edge) => drawnEdge(edge, at, TONES[zoneOf(edge, pair)], model.largestWeight, frame.zoom));
  return { width: options.box.width + beyond, beyond, height: frame.height, head: left, tail, rows: frame.rows, nodes, edges, more, zones, lanes: [] };
}

/** A channel that one class has and the other may have by chance is fainter, with a dashed outline. */
function surenessOf(item: ComparedChannel, pair: readonly [number, number]): { sure?: Sure } {
  const isBeyond = isBeyondChance(item, pair);
  return isBeyond === null ? {} : { sure: { opacity: isBeyond ? 1 : fading(0.4), unsure: !isBeyond } };
}

function head(layer: string, row: readonly string[][], graph: ComparedGraph) {
  const overlap = graph.layers.find((item) => item.layer === layer);
  const note = row.map((block) => block.length).join(" · ");
  return overlap ? { name: layer, note, overlap } : { name: layer, note };
}

/**
 * Zones get width by the root of what they hold: half by their three longest rows, half by all. The last layer often has
 * many channels of one class only; by the longest row alone nothing would be left for what both share.
 */
function divide(counts: readonly (readonly number[])[], left: number, width: number): Zone[] {
  const longest = [0, 1, 2].map((z) => {
    const rows = counts.map((row) => must(row[z])).sort((a, b) => b - a);
    return Math.sqrt((mean(rows.slice(0, 3)) + mean(rows)) / 2 + 1);
  });
  const total = longest.reduce((sum, count) => sum + count, 0);
  const free = width - 2 * BETWEEN;
  let x = left;
  return longest.map((count) => {
    const zone = { x, width: (free * count) / total };
    x += zone.width + BETWEEN;
    return zone;
  });
}

function drawn(item: ComparedChannel, unit: string, whose: string, place: { row: number; x: number; y: number; side: number; tone: Side; sure?: Sure; isolated: boolean }): SceneNode {
  const { id, layer, index, pictures } = item.channel;
  const counts = item.counts.map((count) => number(count)).join(" and ");
  const about = `${layer}/${index}, ${whose}, in ${counts} ${unit}s${place.isolated ? ", no edges" : ""}${place.sure?.unsure ? ", a difference that may be chance" : ""}`;
  return { id, layer, index, ...place, picture: pictures?.thumbnail ?? null, about };
}

function drawnEdge(edge: ComparedEdge, at: ReadonlyMap<string, SceneNode>, tone: Tone, largest: number, zoom: number) {
  const { source, target } = edge;
  const [lower, upper] = [at.get(source), at.get(target)];
  if (!lower || !upper) return [];
  const share = meanShare(edge.shares, edge.weights, largest);
  const id = edgeId(source, target);
  const drawn = { width: width(share) * zoom, opacity: opacity(share), weight: meanWeight(edge.weights), tone, kind: edge.kind ?? null };
  return [{ id, source, target, curve: edgeCurve(lower, upper), ...drawn }];
}
