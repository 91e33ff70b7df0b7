// The scene of three and more classes: a part of their union as one graph, each channel with how many of them have it.
import { plural } from "../format";
import type { Kinds } from "../kinds";
import type { ComparedGraph, GraphChannel, GraphEdge, Model } from "../types";
import { type Choice, isChosen } from "./algebra";
import { tailWidth } from "./comparison";
import { layoutGraph } from "./graph";
import type { Box, Limits } from "./rows";
import { mean, meanWeight } from "./scale";
import { edgeId, type Held, type Scene } from "./scene";
import { must } from "../must";

export interface PresenceOptions extends Limits {
  readonly box: Box;
  readonly open: ReadonlySet<string>; // "<layer>:0" whose "+12" is open
  readonly last: ReadonlyMap<string, number>;
  readonly kinds?: Kinds; // of the edges that are drawn
  readonly lanes?: boolean; // a channel that is handed on keeps one column
}

export interface PresenceCount {
  readonly channels: number;
  readonly edges: number;
  readonly ends: number; // channels that are there only because an edge leads to them or from them
}

const BESIDE = 5; // px that the tab at a picture's side takes

/** The channels and edges of the answer, and those channels outside it that its edges need as ends. */
export function chooseGraph(graph: ComparedGraph, classes: readonly number[], choice: Choice): { graph: ComparedGraph; count: PresenceCount } {
  const edges = graph.edges.filter((item) => isChosen(item, classes, choice));
  const ends = new Set(edges.flatMap(({ source, target }) => [source, target]));
  const own = new Set(graph.channels.filter((item) => isChosen(item, classes, choice)).map((item) => item.channel.id));
  const channels = graph.channels.filter(({ channel }) => own.has(channel.id) || ends.has(channel.id));
  return { graph: { ...graph, channels, edges }, count: { channels: own.size, edges: edges.length, ends: channels.length - own.size } };
}

/** `graph` as chooseGraph gives it. */
export function layoutPresence(model: Model, graph: ComparedGraph, classes: readonly number[], options: PresenceOptions): Scene {
  const tail = tailWidth(options.box.width);
  const box = { ...options.box, width: options.box.width - tail };
  const open = new Set(model.layers.map((layer) => layer.name).filter((name) => options.open.has(`${name}:0`)));
  const union = { channels: graph.channels.map(asChannel), edges: graph.edges.map(asEdge) };
  const scene = layoutGraph(model, union, { ...options, box, open, min: 0, raised: new Map(), beside: BESIDE });
  const channels = new Map(graph.channels.map((item) => [item.channel.id, item]));
  const edges = new Map(graph.edges.map((edge) => [edgeId(edge.source, edge.target), edge]));
  const held = (item: { classes: readonly number[] }): Held => {
    const [only] = item.classes;
    return { part: item.classes.length / classes.length, only: item.classes.length === 1 ? classes.indexOf(must(only)) : null };
  };
  return {
    ...scene,
    width: scene.width + tail,
    tail,
    rows: scene.rows.map((row) => ({ ...row, overlap: graph.layers.find((item) => item.layer === row.layer) ?? null })),
    nodes: scene.nodes.map((node) => {
      const item = must(channels.get(node.id));
      const about = `${node.layer}/${node.index}, in ${item.classes.length} of ${plural(classes.length, "class", "classes")}`;
      return { ...node, tone: "some", held: held(item), about };
    }),
    edges: scene.edges.map((edge) => ({ ...edge, tone: "some", held: held(must(edges.get(edge.id))) })),
  };
}

const asChannel = ({ channel, counts, shares, pageranks }: ComparedGraph["channels"][number]): GraphChannel =>
  ({ channel, count: mean(counts), share: knownMean(shares), pagerank: mean(pageranks), probability: null });

const asEdge = ({ source, target, weights, shares, kind }: ComparedGraph["edges"][number]): GraphEdge =>
  ({ source, target, weight: meanWeight(weights), share: knownMean(shares), kind, probability: null, attributed: null, attributedOf: null });

const knownMean = (shares: readonly (number | null)[] | null): number | null =>
  shares === null || shares.includes(null) ? null : mean(shares as readonly number[]);
