// The answer to "Why is it here?", as the column shows it.
import { h } from "../dom";
import { number, plural } from "../format";
import type { Links } from "../links";
import type { ChannelWhy, Companion, SuggestedName } from "../types";
import { type Asked, tellName, tellWhy } from "../why";
import { label, thumb } from "./detail";
import { absence } from "./status";

export interface WhyShown {
  readonly asked: Omit<Asked, "place">;
  readonly found: ChannelWhy | Error | null; // null: not here yet
  readonly name: SuggestedName | null;
  readonly hasNames: boolean; // whether channels of the model have suggested names at all
  nameOf(id: string): string | null;
  retry(): void;
}

export function whyNodes({ asked, found, name, hasNames, nameOf, retry }: WhyShown, links: Links): Node[] {
  const heading = label("Why is it here?");
  if (found === null || found instanceof Error) return [heading, absence(found, retry)];
  if (found.place === null) return [];
  const here = new Set(asked.shown.attributionGraph.channels.map(({ channel }) => channel.id));
  const sentences = [...tellWhy({ ...asked, place: found.place }), ...(hasNames ? [tellName(name)] : [])];
  return [
    heading,
    h("div", { class: "why" }, ...sentences.map((sentence) => h("p", {}, sentence))),
    ...companions(found.companions, here, nameOf, links),
  ];
}

function companions(list: readonly Companion[], here: ReadonlySet<string>, nameOf: (id: string) => string | null, links: Links): Node[] {
  if (!list.length) return [];
  const rows = list.map(({ channel, together, classCount, jaccard }) => {
    const short = `${channel.layer}/${channel.index}`;
    const go = here.has(channel.id) ? { pin: short } : { room: "channel" as const, channel: short, pin: null };
    const about = `${plural(together, "class has", "classes have")} both, ${plural(classCount, "has", "have")} ${short}${here.has(channel.id) ? "" : "; it is not in this graph"}`;
    const called = nameOf(channel.id);
    const bar = h("i", { class: "bar", style: `--part: ${jaccard.toFixed(3)}` });
    const tone = here.has(channel.id) ? "neighbour" : "neighbour away";
    return links.to(go, { class: tone, title: about }, thumb(channel.pictures?.thumbnail ?? null, short, 24), h("span", {}, called ? `${short} ` : short, called && h("span", { class: "second" }, called)), bar, h("span", { class: "value" }, number(together)));
  });
  return [label("Usually comes with", "classes with both"), h("div", { class: "neighbours" }, ...rows)];
}
