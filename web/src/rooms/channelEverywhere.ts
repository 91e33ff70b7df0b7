// A channel over all classes: what leads to it and where it leads in their graphs, what comes with it, and its place in each.
import type { Context } from "../context";
import { h, latest } from "../dom";
import { number, shortId } from "../format";
import { needsService } from "../site/facts";
import { companionsOf, type Near, nearOf, type Place, placesOf } from "../everywhere";
import type { Channel, ChannelDetail } from "../types";
import { label, thumb } from "../views/detail";

interface Found {
  readonly inputs: readonly Near[];
  readonly outputs: readonly Near[];
  readonly companions: readonly Near[];
  readonly places: ReadonlyMap<number, Place>;
  readonly channels: ReadonlyMap<string, Channel>;
}

const SHOWN = 8; // of each list
const MOST = 5000; // rows of an answer

/** arrived  called when what was asked for is here */
export function channelEverywhere({ api, links, names, isSite }: Context, arrived: () => void) {
  const answer = latest();
  let wanted = "";
  let found: Found | Error | null = null;

  async function ask(id: string): Promise<Found> {
    const [edges, companions, places] = await Promise.all([
      api.storedQuery("channel_neighbours", { channel: id, limit: MOST }),
      api.storedQuery("channel_companions", { channel: id, limit: MOST }),
      api.storedQuery("channel_places", { channel: id, limit: MOST }),
    ]);
    const near = nearOf(edges);
    const lists = { inputs: near.filter(({ isInput }) => isInput), outputs: near.filter(({ isInput }) => !isInput), companions: companionsOf(companions, shortId(id)) };
    const ids = [...new Set(Object.values(lists).flatMap((list) => list.slice(0, SHOWN).map((item) => item.id)))];
    const channels = await api.channels(ids);
    return { ...lists, places: placesOf(places), channels: new Map(channels.map((channel) => [channel.id, channel])) };
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

  return {
    want(id: string): void {
      if (isSite || id === wanted) return;
      [wanted, found] = [id, null];
      const keep = (result: Found | Error) => ((found = result), arrived());
      answer(ask(id), keep, keep);
    },
    draw({ classCount }: ChannelDetail): Node[] {
      if (classCount === 0) return [];
      if (isSite) return [h("p", { class: "second" }, needsService("Its inputs, outputs and companions over all classes, and its place in each graph, need"))];
      if (found === null) return [h("p", { class: "second" }, "Asking for its edges over all classes…")];
      if (found instanceof Error) return [h("p", { class: "second" }, found.message)];
      const { inputs, outputs, companions, channels } = found;
      return [
        h("div", { class: "everywhere" }, list("What leads to it", inputs, channels, "No graph has an edge into it."), list("Where it leads", outputs, channels, "No graph has an edge from it."), list("Usually comes with", companions, channels, "No other channel is in the same graphs.")),
      ];
    },
    /** null: it is not known, or not yet. */
    placeIn: (index: number): Place | null => (found === null || found instanceof Error ? null : (found.places.get(index) ?? null)),
  };
}
