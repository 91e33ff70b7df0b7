// Why a channel is in a class's graph, from the graph, from all classes that have the channel, and from all counts: as
// the service finds it (queries/channels/place.py, channel_elsewhere, channel_companions). Pure.
import type { ChannelDetail, ChannelPlace, ClassWithGraph } from "../types";
import { type Counts, pairs } from "./similarity";

/** Null where it is not in the graph. detail  of the channel, with every class that has it. PageRank outside graphs is unknown. */
export function placeIn({ index, attributionGraph }: ClassWithGraph, detail: ChannelDetail): ChannelPlace | null {
  const item = attributionGraph.channels.find(({ channel }) => channel.id === detail.id);
  if (!item) return null;
  const row = attributionGraph.channels.filter(({ channel }) => channel.layer === detail.layer).map(({ pagerank }) => pagerank);
  const least = Math.min(...row);
  const others = detail.classes.filter(({ imageClass }) => imageClass.index !== index);
  const counts = others.map(({ count }) => count);
  const shares = others.flatMap(({ share }) => (share === null ? [] : [share]));
  const own = shares.length === others.length ? item.share : null;
  const higher = own === null ? counts.filter((count) => count > item.count) : shares.filter((share) => share > own);
  return {
    rank: 1 + row.filter((pagerank) => pagerank > item.pagerank).length,
    rowSize: row.length,
    margin: least > 0 ? item.pagerank / least : null,
    pagerankBefore: null,
    others: others.length,
    rankAmongUsers: 1 + higher.length,
    meanCount: mean(counts),
    meanShare: own === null ? null : mean(shares),
  };
}

const mean = (values: readonly number[]): number | null => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);

/** A channel by the place of its layer, lowest first, and its index there. */
export interface Spot {
  readonly layer: number;
  readonly index: number;
}

export interface Together extends Spot {
  readonly together: number; // classes whose graphs have both
  readonly classCount: number; // ... have this one
  readonly jaccard: number;
}

/** The channels of the same graphs, by the Jaccard index of the classes. */
export function companionsOf(counts: ReadonlyMap<number, Counts>, { layer, index }: Spot): Together[] {
  const found = new Map<string, { readonly spot: Spot; together: number; classCount: number }>();
  let held = 0;
  for (const layers of counts.values()) {
    const here = channelsOf(layers);
    const both = here.some((spot) => spot.layer === layer && spot.index === index);
    held += Number(both);
    for (const spot of here) {
      const key = `${spot.layer}/${spot.index}`;
      const known = found.get(key) ?? { spot, together: 0, classCount: 0 };
      known.together += Number(both);
      known.classCount += 1;
      found.set(key, known);
    }
  }
  found.delete(`${layer}/${index}`);
  const rows = [...found.values()].filter(({ together }) => together > 0);
  return rows
    .map(({ spot, together, classCount }) => ({ ...spot, together, classCount, jaccard: together / (held + classCount - together) }))
    .sort((a, b) => b.jaccard - a.jaccard || b.together - a.together || a.layer - b.layer || a.index - b.index);
}

const channelsOf = (layers: Counts): Spot[] => layers.flatMap((held, layer) => pairs(held).map(([index]) => ({ layer, index })));
