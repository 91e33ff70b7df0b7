// Several classes' graphs as one, by the service's rules (queries/graphs/algebra.py). Pure.
import { edgeId } from "../layout/scene";
import type { ClassWithGraph, ComparedChannel, ComparedEdge, ComparedGraph, LayerOverlap, Model } from "../types";
import { must } from "../must";

/** A class, or a subset of one, with a graph. */
type Graphed = Pick<ClassWithGraph, keyof ComparedGraph["classes"][number] | "attributionGraph">;

/** The union of graphs, which says of every channel and edge which of the classes have it. classes  in the order asked */
export function compared(model: Pick<Model, "layers">, classes: readonly Graphed[]): ComparedGraph {
  const order = classes.map(({ index }) => index);
  const byIndex = [...classes].sort((a, b) => a.index - b.index);
  return {
    classes: classes.map(({ index, name, wnid, images, accuracy }) => ({ index, name, wnid, images, accuracy })),
    channels: channelsOf(byIndex, new Map(model.layers.map(({ name }, k) => [name, k])), order),
    edges: edgesOf(byIndex, order),
    layers: model.layers.flatMap(({ name }) => overlapOf(classes, name)),
  };
}

/** Highest layer first. */
function channelsOf(classes: readonly Graphed[], heights: ReadonlyMap<string, number>, order: readonly number[]): ComparedChannel[] {
  const found = grouped(classes, ({ attributionGraph }) => attributionGraph.channels, ({ channel }) => channel.id);
  const rows = [...found.values()].map((held) => ({
    channel: held[0].item.channel,
    classes: held.map(({ index }) => index),
    counts: held.map(({ item }) => item.count),
    shares: known(held.map(({ item }) => item.share)),
    pageranks: held.map(({ item }) => item.pagerank),
    probabilities: likely(held, order),
  }));
  const height = ({ channel }: ComparedChannel) => must(heights.get(channel.layer));
  return rows.sort((a, b) => height(b) - height(a) || a.channel.index - b.channel.index);
}

/** By source, then target. */
function edgesOf(classes: readonly Graphed[], order: readonly number[]): ComparedEdge[] {
  const found = grouped(classes, ({ attributionGraph }) => attributionGraph.edges, ({ source, target }) => edgeId(source, target));
  const rows = [...found.values()].map((held) => ({
    source: held[0].item.source,
    target: held[0].item.target,
    kind: held[0].item.kind ?? null,
    classes: held.map(({ index }) => index),
    weights: held.map(({ item }) => item.weight),
    shares: known(held.map(({ item }) => item.share)),
    probabilities: likely(held, order),
  }));
  return rows.sort((a, b) => compare(a.source, b.source) || compare(a.target, b.target));
}

/** Nothing where none of the classes has a channel of the layer. */
function overlapOf(classes: readonly Graphed[], layer: string): LayerOverlap[] {
  const held = classes.map(({ attributionGraph }) => new Set(attributionGraph.channels.filter(({ channel }) => channel.layer === layer).map(({ channel }) => channel.id)));
  const all = new Set(held.flatMap((ids) => [...ids]));
  if (all.size === 0) return [];
  const shared = [...all].filter((id) => held.every((ids) => ids.has(id))).length;
  return [{ layer, jaccard: shared / all.size, counts: held.map((ids) => ids.size), shared, union: all.size }];
}

interface Held<Item> {
  readonly index: number; // of the class
  readonly item: Item;
}

type Several<Item> = [Held<Item>, ...Held<Item>[]];

function grouped<Item>(classes: readonly Graphed[], items: (from: Graphed) => readonly Item[], key: (item: Item) => string): Map<string, Several<Item>> {
  const found = new Map<string, Several<Item>>();
  for (const of of classes)
    for (const item of items(of)) {
      const held = found.get(key(item));
      if (held) held.push({ index: of.index, item });
      else found.set(key(item), [{ index: of.index, item }]);
    }
  return found;
}

/** For each class, in the order asked; a copy does not hold those of classes whose graph lacks it. */
const likely = (held: readonly Held<{ readonly probability?: number | null }>[], order: readonly number[]): (number | null)[] =>
  order.map((index) => held.find((one) => one.index === index)?.item.probability ?? null);

const known = (values: readonly (number | null)[]): number[] | null => (values.includes(null) ? null : (values as number[]));

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
