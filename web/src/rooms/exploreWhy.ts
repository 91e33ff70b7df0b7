// What a pinned channel is asked for in one document: its place in the graph, and what usually comes with it.
import type { Context } from "../context";
import type { Cut } from "../cut";
import { latest } from "../dom";
import type { ChannelWhy, ClassWithGraph } from "../types";
import type { PointedChannel } from "../views/detail";
import { whyNodes } from "../views/why";

const keyOf = (channel: string, { index }: ClassWithGraph): string => `${channel} of ${index}`;

/** arrived  called when the answer is here, or when it is known that there is none */
export function createWhy({ api, model, names, links }: Context, arrived: () => void) {
  const answer = latest();
  let wanted = "";
  let found: ChannelWhy | Error | null = null;
  let about = ""; // channel and class of what was found

  return {
    /** pin  a channel, an edge or nothing; only a channel of the graph is asked about */
    want(pin: string | null, shown: ClassWithGraph | null, cut: Cut | null): void {
      const isHere = shown !== null && shown.attributionGraph.channels.some(({ channel }) => channel.id === pin);
      const next = isHere ? JSON.stringify([pin, shown.index, cut]) : "";
      if (next === wanted) return;
      [wanted, found, about] = [next, null, isHere ? keyOf(pin!, shown) : ""];
      const keep = (why: ChannelWhy | Error | null) => {
        found = why;
        if (why) arrived();
      };
      answer(isHere ? api.why(model.id, shown.index, pin!, cut) : Promise.resolve(null), keep, keep);
    },
    /** What is known is out of date. */
    renew: () => void (wanted = ""),
    draw(shown: ClassWithGraph, { id, inputs, outputs }: Pick<PointedChannel, "id" | "inputs" | "outputs">): Node[] {
      const item = shown.attributionGraph.channels.find(({ channel }) => channel.id === id)!;
      const asked = { model, shown, item, inputs, outputs };
      return whyNodes({ asked, found: about === keyOf(id, shown) ? found : null, name: names.suggested(id), hasNames: names.hasSuggestions(), nameOf: names.of }, links);
    },
  };
}
