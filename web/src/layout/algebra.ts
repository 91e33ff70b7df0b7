// Set algebra over compared graphs, by the service's rules: every answer is a part of the union, which is here already.
import type { Operation } from "../state";
import type { ComparedGraph, LayerOverlap } from "../types";
import { must } from "../must";

export interface Choice {
  readonly operation: Operation;
  readonly atLeast: number; // classes, where the operation is AT_LEAST
}

type Held = { readonly classes: readonly number[] };

/** Whether a channel or an edge is in the answer. `classes` are the compared ones, in their order. */
export function isChosen(item: Held, classes: readonly number[], { operation, atLeast }: Choice): boolean {
  const count = item.classes.length;
  switch (operation) {
    case "UNION":
      return true;
    case "INTERSECTION":
      return count === classes.length;
    case "AT_LEAST":
      return count >= atLeast;
    case "DIFFERENCE":
      return count === 1 && item.classes[0] === classes[0];
    case "SYMMETRIC_DIFFERENCE":
      return count % 2 === 1;
  }
}

export interface Difference {
  readonly id: string; // of a channel
  readonly value: number; // share of the first class's pictures less that of the second's, -1..1
}

/**
 * Channels by how much more one class has them than another, the largest difference first, without those of which both have as much.
 * A share outside a class's graph is taken as 0.
 * Where a class's number of pictures is not known it is taken as the largest count or weight in its graph, or as its
 * largest count where weights are no numbers of pictures.
 */
export function differences(graph: ComparedGraph, [first, second]: readonly [number, number], weighsPictures = true): Difference[] {
  const { channels, classes } = graph;
  const bounds = weighsPictures ? graph : { ...graph, edges: [] };
  const of = (index: number) => classes.find((item) => item.index === index)?.images ?? boundsOf(bounds, index);
  const [firstImages, secondImages] = [of(first), of(second)];
  const share = (item: ComparedGraph["channels"][number], index: number, images: number) =>
    (item.counts[item.classes.indexOf(index)] ?? 0) / images;
  return channels
    .map((item) => ({ id: item.channel.id, value: share(item, first, firstImages) - share(item, second, secondImages) }))
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || (a.id < b.id ? -1 : 1));
}

/** The largest count or weight in a class's graph, which stands in where its number of pictures is not known. */
export function boundsOf({ channels, edges }: Pick<ComparedGraph, "channels" | "edges">, index: number): number {
  const values = <Item extends Held>(items: readonly Item[], of: (item: Item) => readonly number[]) =>
    items.map((item) => of(item)[item.classes.indexOf(index)] ?? 0);
  return Math.max(1, ...values(channels, ({ counts }) => counts), ...values(edges, ({ weights }) => weights));
}

/** The layers that two graphs share most and least of, each where it stands alone there; null where several do. */
export function extremesOf(layers: readonly LayerOverlap[]): { most: LayerOverlap | null; least: LayerOverlap | null } {
  const known = layers.filter((layer) => layer.union > 0);
  const values = known.map(({ jaccard }) => jaccard);
  const alone = (value: number): LayerOverlap | null => {
    const [found, another] = known.filter(({ jaccard }) => jaccard === value);
    return found && !another && known.length > 1 ? found : null;
  };
  return { most: alone(Math.max(...values)), least: alone(Math.min(...values)) };
}

/** The same comparison with its classes in another order; null where they are others. Channels and edges have theirs by index, but for probabilities. */
export function reordered(graph: ComparedGraph, classes: readonly number[]): ComparedGraph | null {
  const from = classes.map((index) => graph.classes.findIndex((item) => item.index === index));
  if (classes.length !== graph.classes.length || from.includes(-1)) return null;
  const layers = graph.layers.map((layer) => ({ ...layer, counts: from.map((k) => must(layer.counts[k])) }));
  const turned = <Item extends { readonly probabilities: readonly (number | null)[] }>(item: Item): Item =>
    ({ ...item, probabilities: from.map((k) => item.probabilities[k] ?? null) });
  return { ...graph, classes: from.map((k) => must(graph.classes[k])), channels: graph.channels.map(turned), edges: graph.edges.map(turned), layers };
}
