// Channel: a page of its own, with all its pictures and every class whose graph has it.
import { MOST } from "../api";
import { ALL } from "../chosen";
import type { MakeRoom } from "../context";
import { h, latest, redraw } from "../dom";
import { number, percent, plural } from "../format";
import { tellPlace } from "../everywhere";
import { amongGraphs, graphsBy, halfOf } from "../scores";
import { findEverything } from "../search";
import type { State } from "../state";
import type { ChannelDetail, ChannelUse, Pictures } from "../types";
import { unitsOf } from "../units";
import { calledLine } from "../views/called";
import { factList, label, thumb } from "../views/detail";
import { picker } from "../views/picker";
import { statusView } from "../views/status";
import { served } from "../links";
import { channelEverywhere } from "./channelEverywhere";
import { earlyExit } from "./earlyExit";
import { meaninglessList } from "./meaninglessList";
import { must } from "../must";

export const channelRoom: MakeRoom = (host, context) => {
  const { api, store, links, model, names, name, gone } = context;
  const page = h("article", { class: "channelpage" });
  host.append(h("div", { class: "scroll" }, page));
  const status = statusView(host);
  const answer = latest();
  const graphs = graphsBy(model, "activation");
  let wanted: string | null = null;
  let isChoosing = false; // no channel is chosen yet
  let shown: ChannelDetail | null = null;
  const everywhere = channelEverywhere(context, () => shown && redraw(page, () => draw(must(shown))));
  const [listed, probed] = [h("section", {}), h("section", {})];
  const meaningless = meaninglessList(listed, context); // one for all visits, so that ticks stay
  const early = earlyExit(probed, context);
  names.listen(() => shown && draw(shown), gone);

  function load(channel: string): void {
    if (channel === wanted) return;
    [wanted, shown, isChoosing] = [channel, null, false];
    everywhere.leave();
    status.loading();
    answer(api.channel(`${model.id}/${channel}`, MOST), draw, (error) => {
      page.replaceChildren(h("h1", {}, channel));
      name(channel);
      const back = links.to({ room: "explore", channel: null }, { class: "button" }, "Explore");
      status.failed(error, () => ((wanted = null), load(channel)), back);
    });
  }

  function draw(detail: ChannelDetail): void {
    status.clear();
    shown = detail;
    everywhere.want(detail.id);
    const { layer, index, pictures } = detail;
    const short = `${layer}/${index}`;
    name(short);
    const about = h("div", {}, h("h1", {}, `${layer} / ${index}`), calledLine(detail.id, names), factList(facts(detail)), h("p", { class: "all ways" }, ...motifsAround(detail), links.to({ room: "channel", channel: null }, {}, "Channels that seem to mean nothing")));
    page.replaceChildren(
      h("div", { class: "masthead" }, ...present(portrait(pictures, short)), about),
      ...everywhere.draw(detail),
      ...gallery("What it looks for, varied", pictures?.diversity ?? [], short, "large"),
      ...gallery("Pictures that excite it most", pictures?.examples ?? [], short, ""),
      label("Classes that use it", `${cutOff(detail)}${plural(detail.classCount, "graph")}${everywhere.placeIn(detail.classes[0]?.imageClass.index ?? -1) ? ` · ${unitsOf(model).count}s, rank by PageRank in ${layer}` : ""}`, "", "h2"),
      ...(detail.classes.length ? everywhere.noPlaces() : []),
      ...(detail.classes.length ? [h("ol", { class: "usage" }, ...detail.classes.map((use) => drawUse(use, detail)))] : [h("p", { class: "second" }, "It is in no class's attribution graph.")]),
    );
  }

  /** In half of the classes whose graph has it, for no more than those can share a motif with it. */
  function motifsAround({ layer, index, classCount }: ChannelDetail): Node[] {
    if (classCount < 2) return [];
    const support = halfOf(classCount, graphs);
    const go = { room: "motifs", of: ALL, against: null, around: `${layer}/${index}`, shape: "CLOSED", support } as const;
    return [links.to(go, {}, "Motifs around it")];
  }

  function facts({ layer, classCount, classes, excluded }: ChannelDetail) {
    const channels = model.layers.find((item) => item.name === layer)?.channels;
    const counts = classes.map((use) => use.count);
    return [
      { name: "graphs with it", value: number(classCount), of: amongGraphs(classCount, graphs) },
      ...(channels ? [{ name: "layer", value: layer, of: plural(channels, "channel") }] : []),
      ...(counts.length ? [{ name: `${unitsOf(model).count}s`, value: range(counts), of: classes.length < classCount ? `per class, of the ${number(classes.length)} listed` : "per class" }] : []),
      ...(excluded ? [{ name: "excluded", value: "yes", of: "from the analysis" }] : []),
    ];
  }

  function drawUse({ imageClass, count, share }: ChannelUse, { layer, index, classes }: ChannelDetail): HTMLLIElement {
    const part = count / Math.max(1, must(classes[0]).count);
    const title = share === null ? `${plural(count, unitsOf(model).count)} of ${imageClass.name}` : `${percent(share)} of its ${unitsOf(model).count}s`;
    const go = { room: "explore", class: imageClass.index, pin: `${layer}/${index}`, channel: null, motif: [], score: "activation" } as const;
    const place = everywhere.placeIn(imageClass.index);
    const link = links.to(go, { class: "use", title }, h("span", {}, imageClass.name), h("span", { class: "value" }, number(count)), place && h("span", { class: "second" }, tellPlace(place)));
    link.append(h("i", { class: "bar", style: `--part: ${part.toFixed(4)}` }));
    return h("li", {}, link);
  }

  function choose(): void {
    if (isChoosing) return;
    answer.forget(); // of a channel that is no longer wanted
    [wanted, shown, isChoosing] = [null, null, true];
    name("Channel");
    const find = (text: string) => findEverything(api, model, text, { channel: (found) => store.set({ channel: found }) }, names);
    status.clear();
    page.replaceChildren(h("h1", {}, "Channel"), h("p", { class: "second" }, "Choose a channel by its layer and number, or by its name."), picker("Find a channel", { label: "Find a channel, like 4d 431 or fish", find }).element, listed, probed);
    meaningless.show();
    early.show();
  }

  return { update: ({ channel }: State) => (channel === null ? choose() : load(channel)) };
};

/** Where there are more classes than are listed: "1,000 of ". */
const cutOff = ({ classCount, classes }: ChannelDetail): string => (classes.length < classCount ? `${number(classes.length)} of ` : "");

/** Says whether the picture is synthesised or a real one. */
function portrait(pictures: Pictures | null, name: string): HTMLElement | null {
  const image = thumb(pictures?.thumbnail ?? null, name, 147);
  const caption = pictures?.featureVisualization ? "synthesised: what excites it most" : "the picture that excites it most";
  return image && h("figure", { class: "portraitpicture" }, image, h("figcaption", { class: "second" }, caption));
}

function range(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? number(most) : `${number(least)} to ${number(most)}`;
}

const present = <T>(item: T | null): T[] => (item === null ? [] : [item]);

function gallery(title: string, pictures: readonly string[], name: string, size: string): Node[] {
  const images = pictures.map((picture, k) => h("img", { src: served(picture), alt: `${title}: ${name}, ${k + 1} of ${pictures.length}` }));
  return images.length ? [label(title, "", "", "h2"), h("div", { class: `gallery ${size}` }, ...images)] : [];
}
