// What the detail column says about a channel or an edge, from the graph that is already here.
import { type Weighing, weightOf } from "./attributed";
import { number, percent, plural, shortId } from "./format";
import { WAYS } from "./kinds";
import { areLikely, isBeyondChance, resamples, told as odds, isPair } from "./probability";
import { edgeId } from "./layout/scene";
import { isOutput } from "./output";
import { type Edges, pathsOf } from "./layout/paths";
import { meanShare, meanWeight, shareOf } from "./layout/scale";
import { graphsBy, graphsMeant } from "./scores";
import { graphsCounted, type Score } from "./state";
import type { AttributionGraph, Channel, ClassWithGraph, ComparedChannel, ComparedGraph, EdgeKind, GraphChannel, GraphEdge, Model } from "./types";
import { unitsOf } from "./units";
import type { Fact, Neighbour, PointedChannel, PointedEdge } from "./views/detail";
import { must } from "./must";

type Known = Omit<PointedChannel, "pinned" | "traced" | "detail">;
type KnownEdge = Omit<PointedEdge, "pinned" | "detail">;

/**
 * by   what its edges are weighed by; edges that were not counted that way are left out, and their number is said
 * all  edges that are drawn unless they were not counted
 */
export function pointedChannel(model: Model, shown: ClassWithGraph, score: Score, id: string, by: Weighing = "influence", all: readonly GraphEdge[] = shown.attributionGraph.edges): Known | null {
  const graph = shown.attributionGraph;
  const item = graph.channels.find(({ channel }) => channel.id === id);
  if (!item) return null;
  const links = graph.edges.filter(isOf(id)).flatMap((edge) => {
    const found = weightOf(edge, by);
    return found ? [{ ...edge, weight: found.weight, part: shareOf(found.share, found.weight, model.largestWeight) }] : [];
  });
  const facts = [...channelFacts(model, shown, score, item), linked(id, links, all.filter((edge) => weightOf(edge, by) === null)), reached([graph.edges], id)];
  const known = describe(item.channel, facts, neighboursOf(id, links, new Map(channelsById(graph))));
  if (by === "influence") return known;
  const pictures = Math.max(0, ...graph.edges.map((edge) => (weightOf(edge, by) ? (edge.attributedOf ?? 0) : 0)));
  return { ...known, weighed: `by ${by}, of ${number(pictures)}` };
}

function channelFacts(model: Model, shown: ClassWithGraph, score: Score, item: GraphChannel): Fact[] {
  const row = shown.attributionGraph.channels.filter(({ channel }) => channel.layer === item.channel.layer);
  const rank = 1 + row.filter((other) => other.count > item.count).length;
  const share = item.share === null ? null : percent(item.share);
  return [
    { name: `${unitsOf(model).count}s`, value: number(item.count), ...(shown.images === null ? {} : { of: `of ${number(shown.images)}` }) },
    ...(share ? [{ name: "share", value: share }] : []),
    { name: "rank in its row", value: String(rank), of: `of ${row.length}` },
    { name: "PageRank", value: `${(100 * item.pagerank).toPrecision(2)} %` },
    ...probable(item.probability, shown.attributionGraph),
    { name: `${graphsMeant(shown.live, score)} with it`, value: number(item.channel.classCount), of: `of ${number(graphsBy(model, "activation"))}` },
  ];
}

/** graphs  of each class, whole: what is drawn may be a part of them */
export function comparedChannel(model: Model, graph: ComparedGraph, graphs: readonly Edges[], classes: readonly number[], score: Score, id: string): Known | null {
  const item = graph.channels.find(({ channel }) => channel.id === id);
  if (!item) return null;
  const nameOf = namesIn(graph);
  const facts = classes.map((index, k) => classFact(nameOf(index), item.counts[item.classes.indexOf(index)], unitsOf(model).count, classes.length, k));
  facts.push(...probabilities(item, classes, nameOf), ...difference(item, classes));
  facts.push({ name: `${graphsCounted(score)} with it`, value: number(item.channel.classCount), of: `of ${number(graphsBy(model, "activation"))}` });
  const links = graph.edges.filter(isOf(id)).map(({ source, target, weights, shares, classes: holders }) => {
    const told = weights.map((weight, k) => `${nameOf(must(holders[k]))} ${number(weight)}`).join(", ");
    return { source, target, weight: meanWeight(weights), part: meanShare(shares, weights, model.largestWeight), told };
  });
  facts.push(linked(id, links), ...reaches(item.classes, graphs, classes, id));
  return describe(item.channel, facts, neighboursOf(id, links, new Map(graph.channels.map(({ channel }) => [channel.id, channel]))));
}

export function pointedEdge(model: Model, shown: ClassWithGraph, id: string): KnownEdge | null {
  const graph = shown.attributionGraph;
  const edge = graph.edges.find(({ source, target }) => edgeId(source, target) === id);
  if (!edge) return null;
  const rivals = graph.edges.filter(({ target }) => target === edge.target);
  const rank = 1 + rivals.filter((other) => other.weight > edge.weight).length;
  const facts: Fact[] = [
    { name: `${unitsOf(model).weight}s`, value: number(edge.weight), ...(shown.images === null ? {} : { of: `of ${number(shown.images)}` }) },
    { name: "rank of inputs", value: String(rank), of: `of ${rivals.length}` },
    { name: "part of the largest", value: percent(edge.weight / Math.max(1, model.largestWeight)) },
    ...ways(edge.kind),
    ...probable(edge.probability, graph),
    ...(edge.attributed == null ? [] : [{ name: "by attribution", value: number(edge.attributed), of: `of ${plural(must(edge.attributedOf), "picture")}` }]),
  ];
  return ends(id, facts, new Map(channelsById(graph)));
}

export function comparedEdge(model: Model, graph: ComparedGraph, classes: readonly number[], id: string): KnownEdge | null {
  const edge = graph.edges.find(({ source, target }) => edgeId(source, target) === id);
  if (!edge) return null;
  const nameOf = namesIn(graph);
  const facts = classes.map((index, k) => classFact(nameOf(index), edge.weights[edge.classes.indexOf(index)], unitsOf(model).weight, classes.length, k));
  facts.push(...ways(edge.kind), ...probabilities(edge, classes, nameOf));
  return ends(id, facts, new Map(graph.channels.map(({ channel }) => [channel.id, channel])));
}

/** How sure it is, where that is known. */
const probable = (probability: number | null | undefined, graph: AttributionGraph): Fact[] =>
  probability == null ? [] : [{ name: "probability", value: odds(probability), of: `of ${resamples(graph)} resamples` }];

/** Of two classes: how sure it is in each. */
function probabilities(item: Pick<ComparedChannel, "probabilities">, compared: readonly number[], nameOf: (index: number) => string): Fact[] {
  if (compared.length !== 2 || !areLikely([item])) return [];
  return compared.map((index, k): Fact => {
    const value = item.probabilities[k] ?? null;
    return { name: `probability in ${nameOf(index)}`, value: value === null ? "–" : odds(value), tone: k === 0 ? "a" : "b" };
  });
}

/** Of two classes one of which has it: whether that is more than chance. */
function difference(item: Pick<ComparedChannel, "classes" | "probabilities">, compared: readonly number[]): Fact[] {
  const isBeyond = isPair(compared) ? isBeyondChance(item, compared) : null;
  return isBeyond === null ? [] : [{ name: "difference", value: isBeyond ? "beyond resampling" : "may be chance" }];
}

/** Which ways the network has from one end to the other, where that is known. */
const ways = (kind: EdgeKind | null | undefined): Fact[] => (kind ? [{ name: "kind", value: WAYS[kind] }] : []);

const namesIn = ({ classes }: ComparedGraph) => (index: number): string => classes.find((known) => known.index === index)?.name ?? `class ${index}`;

function classFact(name: string, count: number | undefined, unit: string, classes: number, k: number): Fact {
  const tone = classes > 2 ? {} : { tone: k === 0 ? ("a" as const) : ("b" as const) };
  if (count === undefined) return { name, value: "–", of: "not in its graph", ...tone };
  return { name, value: number(count), of: count === 1 ? unit : `${unit}s`, ...tone };
}

const channelsById = (graph: AttributionGraph) => graph.channels.map(({ channel }) => [channel.id, channel] as const);
const pictureOf = (channel: Channel | undefined) => channel?.pictures?.thumbnail ?? null;

function describe(channel: Channel, facts: Fact[], { inputs, outputs }: Pick<Known, "inputs" | "outputs">): Known {
  const { id, layer, index, classCount } = channel;
  return { kind: "channel", id, layer, index, classCount, picture: pictureOf(channel), facts, inputs, outputs };
}

/** uncounted  edges that have no weight */
function linked(id: string, links: readonly Ends[], uncounted: readonly Ends[] = []): Fact {
  const [into, from] = (["target", "source"] as const).map((end) => links.filter((link) => link[end] === id).length);
  const unknown = uncounted.filter(isOf(id)).length;
  return { name: "edges", value: `${into} in, ${from} out`, ...(unknown ? { of: `and ${number(unknown)} not counted` } : {}) };
}

/** Channels that paths of any length lead to, each walked in one class's graph; the class itself is none. */
function reached(graphs: readonly Edges[], id: string): Fact {
  const { below, above } = pathsOf(graphs, id);
  return { name: "reach", value: `${below.size - 1} below, ${[...above].filter((other) => !isOutput(other)).length - 1} above` };
}

/** Of two classes, one line for each that has the channel; of more, one for all, as the trace shows them. */
function reaches(holders: readonly number[], graphs: readonly Edges[], classes: readonly number[], id: string): Fact[] {
  if (classes.length > 2) return [{ ...reached(graphs, id), of: "within a class" }];
  return classes.flatMap((index, k): Fact[] => (holders.includes(index) ? [{ ...reached([must(graphs[k])], id), tone: k === 0 ? "a" : "b" }] : []));
}

interface Ends {
  readonly source: string;
  readonly target: string;
}

/** Whether an edge leads to the channel or from it. */
const isOf = (id: string) => ({ source, target }: Ends): boolean => source === id || target === id;

interface Weighed extends Ends {
  readonly weight: number;
  readonly part: number;
  readonly told?: string; // each class's weight
}

function neighboursOf(id: string, links: readonly Weighed[], channels: ReadonlyMap<string, Channel>) {
  const at = (end: "source" | "target", other: "source" | "target"): Neighbour[] =>
    links
      .filter((link) => link[end] === id)
      .map((link) => {
        const far = link[other];
        const { weight, part, told } = link;
        return { id: far, edge: edgeId(link.source, link.target), name: shortId(far), picture: pictureOf(channels.get(far)), weight, part, ...(told === undefined ? {} : { told }) };
      })
      .sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1));
  return { inputs: at("target", "source"), outputs: at("source", "target") };
}

function ends(id: string, facts: Fact[], channels: ReadonlyMap<string, Channel>): KnownEdge {
  const [source = "", target = ""] = id.split(">");
  const end = (channel: string) => ({ id: channel, name: shortId(channel), picture: pictureOf(channels.get(channel)) });
  return { kind: "edge", id, source: end(source), target: end(target), facts };
}
