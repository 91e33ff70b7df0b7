// What a pinned channel is asked for in one document: its place in the graph, and what usually comes with it.
import { asking } from "../asked";
import type { Context } from "../context";
import type { Cut } from "../cut";
import type { ChannelWhy, ClassWithGraph } from "../types";
import type { PointedChannel } from "../views/detail";
import { whyNodes } from "../views/why";
import { must } from "../must";

const keyOf = (channel: string, { index }: ClassWithGraph): string => `${channel} of ${index}`;

/** arrived  called when the answer is here, or when it is known that there is none */
export function createWhy({ api, model, names, links }: Context, arrived: () => void) {
  const asked = asking<ChannelWhy>(arrived);
  let about = ""; // channel and class that are asked about

  return {
    /** pin  a channel, an edge or nothing; only a channel of the graph is asked about */
    want(pin: string | null, shown: ClassWithGraph | null, cut: Cut | null): void {
      const isHere = shown !== null && shown.attributionGraph.channels.some(({ channel }) => channel.id === pin);
      about = isHere ? keyOf(must(pin), shown) : "";
      if (isHere) asked.want(JSON.stringify([pin, shown.index, cut]), () => api.why(model.id, shown.index, must(pin), cut));
      else asked.forget();
    },
    /** What is known is out of date. */
    renew: asked.forget,
    draw(shown: ClassWithGraph, { id, inputs, outputs }: Pick<PointedChannel, "id" | "inputs" | "outputs">): Node[] {
      const item = must(shown.attributionGraph.channels.find(({ channel }) => channel.id === id));
      const found = about === keyOf(id, shown) ? asked.get() : null;
      return whyNodes({ asked: { model, shown, item, inputs, outputs }, found, retry: asked.retry, name: names.suggested(id), hasNames: names.hasSuggestions(), nameOf: names.of }, links);
    },
  };
}
