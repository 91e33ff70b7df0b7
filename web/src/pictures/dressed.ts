// A graph whose channels show other pictures than their own. Pure.
import type { AttributionGraph } from "../types";

/** null: the graph as it is; a channel that the map lacks has no picture. */
export function dressed<Graph extends Pick<AttributionGraph, "channels">>(graph: Graph, pictures: ReadonlyMap<string, string | null> | null): Graph {
  if (!pictures) return graph;
  const channels = graph.channels.map((item) => {
    const thumbnail = pictures.get(item.channel.id) ?? null;
    return { ...item, channel: { ...item.channel, pictures: { thumbnail } } };
  });
  return { ...graph, channels };
}
