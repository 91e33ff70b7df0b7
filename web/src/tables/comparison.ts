// The tables of compared classes: one column of counts per class, for files and in place of the picture.
import { areKnown, WAYS } from "../kinds";
import { areLikely } from "../probability";
import { graphsCounted, type Score } from "../state";
import type { ComparedGraph, LayerOverlap, Table } from "../types";
import type { Units } from "../units";
import { inPercent, rounded, type Twin } from "./twin";

type Rows = Pick<Table, "columns" | "rows">;
type KeyOf = (index: number) => string; // how columns name a class, or a subset of one

/** For files: counts, shares (0 to 1) and PageRanks by class index, or by what keyOf makes of it; empty where a class's graph lacks the channel. */
export function comparedChannelTable({ channels }: ComparedGraph, classes: readonly number[], keyOf: KeyOf = String): Rows {
  const isLikely = areLikely(channels);
  const per = classes.flatMap((index) => ["count", "share", "pagerank", ...(isLikely ? ["probability"] : [])].map((word) => `${word}_${keyOf(index)}`));
  const rows = channels.map(({ channel, classes: holders, counts, shares, pageranks, probabilities }) => {
    const values = classes.flatMap((index, place) => {
      const k = holders.indexOf(index);
      return [counts[k], shares?.[k], pageranks[k], ...(isLikely ? [probabilities?.[place]] : [])];
    });
    return [channel.id, channel.layer, channel.index, holders.length, ...values];
  });
  return { columns: ["id", "layer", "index", "classes", ...per], rows };
}

export function comparedEdgeTable({ edges }: ComparedGraph, classes: readonly number[], keyOf: KeyOf = String): Rows {
  const isLikely = areLikely(edges);
  const per = classes.flatMap((index) => ["weight", "share", ...(isLikely ? ["probability"] : [])].map((word) => `${word}_${keyOf(index)}`));
  const kinds = areKnown(edges);
  const rows = edges.map(({ source, target, classes: holders, weights, shares, kind, probabilities }) => {
    const values = classes.flatMap((index, place) => {
      const k = holders.indexOf(index);
      return [weights[k], shares?.[k], ...(isLikely ? [probabilities?.[place]] : [])];
    });
    return [source, target, holders.length, ...values, ...(kinds ? [kind] : [])];
  });
  return { columns: ["source", "target", "classes", ...per, ...(kinds ? ["kind"] : [])], rows };
}

/** name  of a class;  graph  the part of the comparison that is drawn;  overlaps  of whole graphs, lowest layer first */
export function comparisonTwins(graph: ComparedGraph, classes: readonly number[], name: (index: number) => string, units: Units, score: Score = "activation"): Twin[] {
  const names = classes.map(name);
  const held = (holders: readonly number[]) => (classes.length === 2 ? (holders.length === 2 ? "both" : `only ${holders.map(name).join()}`) : holders.length);
  const whose = classes.length === 2 ? "in" : "classes";
  const counts = (holders: readonly number[], values: readonly number[]) => classes.map((index) => values[holders.indexOf(index)] ?? null);
  const shares = (holders: readonly number[], values: readonly (number | null)[] | null) => classes.map((index) => inPercent(values?.[holders.indexOf(index)]));
  const likely = ({ probabilities }: { readonly probabilities?: readonly (number | null)[] }) => classes.map((_, k) => rounded(probabilities?.[k]));
  const probable = names.map((word) => `${word}, probability`);
  const columns = (unit: string) => [...names.map((word) => `${word}, ${unit}s`), ...names.map((word) => `${word}, %`)];
  const channels = graph.channels.map((item) => [item.channel.id, item.channel.layer, held(item.classes), ...counts(item.classes, item.counts), ...shares(item.classes, item.shares), item.channel.classCount, ...likely(item)]);
  const edges = graph.edges.map((item) => [item.source, item.target, held(item.classes), ...counts(item.classes, item.weights), ...shares(item.classes, item.shares), item.kind ? WAYS[item.kind] : null, ...likely(item)]);
  return [
    { title: "Channels", columns: ["channel", "layer", whose, ...columns(units.count), `${graphsCounted(score)} with it`, ...probable], rows: [...channels].reverse() },
    { title: "Edges", columns: ["from", "to", whose, ...columns(units.weight), "kind", ...probable], rows: edges },
    { title: "Overlap of layers", columns: ["layer", "in all", "in any", "Jaccard", ...names], rows: [...graph.layers].reverse().map(overlapRow) },
  ];
}

const overlapRow = ({ layer, shared, union, jaccard, counts }: LayerOverlap): unknown[] => [layer, shared, union, jaccard, ...counts];
