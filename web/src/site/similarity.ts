// Which classes are alike: the cosine of their channel counts, as the service's query similar_classes has it. Pure.

/** A class's channels at each layer, lowest first: channel, count, channel, count, ... */
export type Counts = readonly (readonly number[])[];

export interface Alike {
  readonly index: number;
  readonly similarity: number; // above 0, to 1, rounded to nine digits
}

/**
 * Every other class with a channel in common, the most similar first, then by index.
 *
 * counts  of each class that has a graph
 * place   of a layer; null: over all
 */
export function alike(counts: ReadonlyMap<number, Counts>, index: number, place: number | null): Alike[] {
  const own = layersOf(counts.get(index) ?? [], place);
  const held = own.map((layer) => new Map(pairs(layer)));
  const square = sum(own.map(squareOf));
  const found: Alike[] = [];
  for (const [other, all] of counts) {
    if (other === index) continue;
    const theirs = layersOf(all, place);
    const product = sum(theirs.map((layer, k) => sum(pairs(layer).map(([channel, count]) => count * (held[k]?.get(channel) ?? 0)))));
    const nearness = product && Math.round((1e9 * product) / Math.sqrt(square * sum(theirs.map(squareOf))));
    if (nearness > 0) found.push({ index: other, similarity: nearness / 1e9 });
  }
  return found.sort((a, b) => b.similarity - a.similarity || a.index - b.index);
}

const layersOf = (counts: Counts, place: number | null): Counts => (place === null ? counts : counts.slice(place, place + 1));
/** Channel and count, of a layer's list of both in turn. */
export const pairs = (layer: readonly number[]): [number, number][] => Array.from({ length: layer.length / 2 }, (_, k) => [layer[2 * k]!, layer[2 * k + 1]!]);
const squareOf = (layer: readonly number[]): number => sum(pairs(layer).map(([, count]) => count * count));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
