// A channel over all classes: what leads to it and where it leads in their graphs, what comes with it, and its place in each.
import { asking } from "../asked";
import type { Context } from "../context";
import { h } from "../dom";
import { number, shortId } from "../format";
import { needsService } from "../site/facts";
import { companionsOf, type Near, nearOf, type Place, placesOf } from "../everywhere";
import type { Channel, ChannelDetail } from "../types";
import { label, thumb } from "../views/detail";
import { absence, failedWords } from "../views/status";

interface Found<Lists> {
  readonly lists: Lists;
  readonly channels: ReadonlyMap<string, Channel>; // of what is shown of them, with pictures
}

type Edges = readonly [inputs: readonly Near[], outputs: readonly Near[]];

const SHOWN = 8; // of each list
const MOST = 5000; // rows of an answer

/** arrived  called when some of what was asked for is here */
export function channelEverywhere({ api, links, names, isSite }: Context, arrived: () => void) {
  const edges = asking<Found<Edges>>(arrived);
  const companions = asking<Found<readonly Near[]>>(arrived);
  const places = asking<ReadonlyMap<number, Place>>(arrived);

  async function pictured(...lists: readonly (readonly Near[])[]): Promise<ReadonlyMap<string, Channel>> {
    const channels = await api.channels([...new Set(lists.flatMap((list) => list.slice(0, SHOWN).map(({ id }) => id)))]);
    return new Map(channels.map((channel) => [channel.id, channel]));
  }

  async function askEdges(id: string): Promise<Found<Edges>> {
    const near = nearOf(await api.storedQuery("channel_neighbours", { channel: id, limit: MOST }));
    const lists = [near.filter(({ isInput }) => isInput), near.filter(({ isInput }) => !isInput)] as const;
    return { lists, channels: await pictured(...lists) };
  }

  async function askCompanions(id: string): Promise<Found<readonly Near[]>> {
    const lists = companionsOf(await api.storedQuery("channel_companions", { channel: id, limit: MOST }), shortId(id));
    return { lists, channels: await pictured(lists) };
  }

  function list(title: string, items: readonly Near[], channels: ReadonlyMap<string, Channel>, none: string): Node {
    const most = Math.max(1, ...items.slice(0, SHOWN).map(({ classes }) => classes));
    const rows = items.slice(0, SHOWN).map(({ id, classes, alike, about }) => {
      const called = names.of(id);
      const bar = h("i", { class: "bar", style: `--part: ${(alike ?? classes / most).toFixed(3)}` });
      return links.to({ room: "channel", channel: shortId(id) }, { class: "neighbour", title: about }, thumb(channels.get(id)?.pictures?.thumbnail ?? null, shortId(id), 24), h("span", {}, called ? `${shortId(id)} ` : shortId(id), called && h("span", { class: "second" }, called)), bar, h("span", { class: "value" }, number(classes)));
    });
    const order = items[0]?.alike == null ? "by classes" : "by likeness";
    return h("section", {}, label(title, items.length ? `${rows.length} of ${number(items.length)}, ${order}` : "", "", "h2"), items.length ? h("div", { class: "neighbours" }, ...rows) : h("p", { class: "second" }, none));
  }

  /** What stands in the place of lists that are not here. */
  const absent = (title: string, found: Error | null, retry: () => void): Node =>
    h("section", {}, label(title, "", "", "h2"), absence(found, retry));

  function drawEdges(): Node[] {
    const found = edges.get();
    if (found === null || found instanceof Error) return [absent("Its edges over all classes", found, edges.retry)];
    const { lists: [inputs, outputs], channels } = found;
    return [list("What leads to it", inputs, channels, "No graph has an edge into it."), list("Where it leads", outputs, channels, "No graph has an edge from it.")];
  }

  function drawCompanions(): Node {
    const found = companions.get();
    const title = "Usually comes with";
    return found === null || found instanceof Error ? absent(title, found, companions.retry) : list(title, found.lists, found.channels, "No other channel is in the same graphs.");
  }

  return {
    want(id: string): void {
      if (isSite) return;
      edges.want(id, () => askEdges(id));
      companions.want(id, () => askCompanions(id));
      places.want(id, async () => placesOf(await api.storedQuery("channel_places", { channel: id, limit: MOST })));
    },
    /** The channel is no longer shown: what failed is asked again when it is. */
    leave: () => [edges, companions, places].forEach((asked) => asked.leave()),
    draw({ classCount }: ChannelDetail): Node[] {
      if (classCount === 0) return [];
      if (isSite) return [h("p", { class: "second" }, needsService("Its inputs, outputs and companions over all classes, and its place in each graph, need"))];
      return [h("div", { class: "everywhere" }, ...drawEdges(), drawCompanions())];
    },
    /** Null: it is not known, or not yet. */
    placeIn(index: number): Place | null {
      const found = places.get();
      return found === null || found instanceof Error ? null : (found.get(index) ?? null);
    },
    /** Why there are no places, where asking for them failed. */
    noPlaces(): Node[] {
      const found = places.get();
      return found instanceof Error ? [h("p", { class: "second" }, "Its ranks in these graphs: ", ...failedWords(found, places.retry))] : [];
    },
  };
}
