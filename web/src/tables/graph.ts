// The tables of one class's attribution graph: for files with the API's names, and in place of the picture.
import { areAttributed, EVERY, type Weighing, weightOf } from "../attributed";
import { areKnown, WAYS } from "../kinds";
import { edgeId } from "../layout/scene";
import { areLikely } from "../probability";
import { graphsCounted, type Score } from "../state";
import type { AttributionGraph, GraphChannel, GraphEdge, LayerFaithfulness, Model, Table } from "../types";
import { unitsOf } from "../units";
import { inPercent, rounded, type Twin } from "./twin";

type Rows = Pick<Table, "columns" | "rows">;
type Graph = Pick<AttributionGraph, "channels" | "edges">;

/** Count and weight are numbers of pictures, a share is 0 to 1. */
export const channelTable = ({ channels }: Pick<Graph, "channels">): Rows => ({
  columns: ["id", "layer", "index", "count", "share", "pagerank", "graphs", ...(areLikely(channels) ? ["probability"] : [])],
  rows: channels.map(({ channel, count, share, pagerank, probability }) => [channel.id, channel.layer, channel.index, count, share, pagerank, channel.classCount, ...(areLikely(channels) ? [probability] : [])]),
});

export const edgeTable = ({ edges }: Pick<Graph, "edges">): Rows => ({
  columns: ["source", "target", "weight", "share", ...(areKnown(edges) ? ["kind"] : []), ...(areLikely(edges) ? ["probability"] : []), ...(areAttributed(edges) ? ["attributed", "attributed_of"] : [])],
  rows: edges.map(({ source, target, weight, share, kind, probability, attributed, attributedOf }) => [source, target, weight, share, ...(areKnown(edges) ? [kind] : []), ...(areLikely(edges) ? [probability] : []), ...(areAttributed(edges) ? [attributed, attributedOf] : [])]),
});

/**
 * whole    edges of the graph that those are a part of; ranks are among them, as those that are told of a pinned edge
 * raised   percent by layer, where the threshold was raised
 * score    by which the graph was made
 * by       what its edges are weighed by: the heaviest come first, and those that were not counted last
 * checked  what the class loses without the graph's channels, of the layers where that was measured
 */
export function graphTwins(model: Model, { channels, edges, whole = edges, output }: Graph & { readonly whole?: readonly GraphEdge[]; readonly output?: AttributionGraph["output"] }, raised: ReadonlyMap<string, number>, score: Score = "activation", by: Weighing = "influence", checked: readonly LayerFaithfulness[] = []): Twin[] {
  const { count: counted, weight: weighed } = unitsOf(model);
  const order = new Map(model.layers.map(({ name }, k) => [name, k]));
  const last = (layer: string) => order.get(layer) ?? -1;
  const topDown = [...channels].sort((a, b) => last(b.channel.layer) - last(a.channel.layer) || b.count - a.count || a.channel.index - b.channel.index);
  const [into, from] = [tally(edges, "target"), tally(edges, "source")];
  const row = ({ channel, count, share, pagerank, probability }: GraphChannel) => [channel.id, channel.layer, count, inPercent(share), inPercent(pagerank), into.get(channel.id) ?? 0, from.get(channel.id) ?? 0, channel.classCount, rounded(probability)];
  const layers = [...model.layers].reverse().map(({ name, channels: all }) => {
    const own = channels.filter(({ channel }) => channel.layer === name).length;
    const loss = checked.find(({ layer }) => layer === name);
    const lost = loss ? [loss.drop, loss.nullMean, loss.null99, inPercent(loss.beaten), loss.matched, inPercent(loss.recovered)] : DROPS.map(() => null);
    return [name, own, all, ...(raised.size ? [raised.get(name) ?? null] : []), ...(checked.length ? lost : [])];
  });
  return [
    { title: "Channels", columns: ["channel", "layer", `${counted}s`, `share of ${counted}s, %`, "PageRank, %", "edges in", "edges out", `${graphsCounted(score)} with it`, "probability"], rows: topDown.map(row) },
    { title: "Edges", columns: ["from", "to", `${weighed}s`, `share of ${weighed}s, %`, "rank of inputs", "kind", "probability", "by attribution", "of pictures"], rows: edgeRows(edges, whole, by) },
    ...(output ? [{ title: "Class output", columns: ["from", "attributed pictures", "share of pictures, %", "contribution", "weight", "mean activation"], rows: output.edges.filter(({ source }) => channels.some(({ channel }) => channel.id === source)).map((edge) => [edge.source, edge.attributed, inPercent(edge.share), rounded(edge.contribution), rounded(edge.weight), rounded(edge.mean)]) }] : []),
    { title: "Layers", columns: ["layer", "channels in the graph", "channels", ...(raised.size ? ["threshold, %"] : []), ...(checked.length ? DROPS : [])], rows: layers },
  ];
}

const DROPS = ["loss without them, log-odds", "loss without random channels", "99 % of draws below", "draws beaten, %", "loss without matched channels", "kept with them alone, %"];

/** How many edges have a channel as that end. */
function tally(edges: readonly GraphEdge[], end: "source" | "target"): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const edge of edges) found.set(edge[end], 1 + (found.get(edge[end]) ?? 0));
  return found;
}

/** The heaviest first; the rank, by influence, is that among the whole graph's edges to the same channel, equal for equal weights. */
function edgeRows(edges: readonly GraphEdge[], whole: readonly GraphEdge[], by: Weighing): unknown[][] {
  const heavy = (edge: GraphEdge) => weightOf(edge, by)?.weight ?? EVERY;
  const ranks = ranksOf(whole);
  return [...edges].sort((a, b) => heavy(b) - heavy(a) || b.weight - a.weight).map(({ source, target, weight, share, kind, probability, attributed, attributedOf }) =>
    [source, target, weight, inPercent(share), ranks.get(edgeId(source, target)) ?? null, kind ? WAYS[kind] : null, rounded(probability), attributed, attributedOf]);
}

/** By the edge's id. */
function ranksOf(edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const seen = new Map<string, { count: number; rank: number; weight: number }>();
  const ranks = new Map<string, number>();
  for (const { source, target, weight } of [...edges].sort((a, b) => b.weight - a.weight)) {
    const before = seen.get(target) ?? { count: 0, rank: 0, weight: Infinity };
    const now = { count: before.count + 1, rank: weight < before.weight ? before.count + 1 : before.rank, weight };
    seen.set(target, now);
    ranks.set(edgeId(source, target), now.rank);
  }
  return ranks;
}
