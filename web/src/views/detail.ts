// The column that says everything about the channel, edge or class that is pointed at.
import { h, redraw } from "../dom";
import { number, plural, withName } from "../format";
import { hasChannel } from "../ids";
import { type Links, served } from "../links";
import { isOutput } from "../output";
import type { Names } from "../names";
import { calledLine } from "./called";
import { patchStrip } from "../pictures/patch";
import type { Units } from "../units";
import type { ChannelDetail, ChannelPictures, Model } from "../types";

export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly of?: string; // "of 1,000"
  readonly tone?: "a" | "b" | "both";
}

/** A channel at the other end of an edge. */
export interface Neighbour {
  readonly id: string; // of the channel
  readonly edge: string; // id of the edge
  readonly name: string; // "mixed4c/415"
  readonly picture: string | null;
  readonly weight: number;
  readonly part: number; // 0..1, length of the bar
  readonly told?: string; // each class's weight, where weight is their mean
}

export interface PointedChannel {
  readonly kind: "channel";
  readonly id: string;
  readonly layer: string;
  readonly index: number;
  readonly picture: string | null;
  readonly pinned: boolean;
  readonly traced: boolean;
  readonly facts: readonly Fact[];
  readonly inputs: readonly Neighbour[];
  readonly outputs: readonly Neighbour[];
  readonly weighed?: string; // what its edges' weights are of, where that is not their influence
  readonly detail: ChannelDetail | null; // null: not here yet
  readonly classCount: number;
  readonly pictures?: ChannelPictures | null; // with patches; null: not here yet
  readonly why?: readonly Node[]; // it is in the graph
}

export interface EdgeEnd {
  readonly id: string;
  readonly name: string;
  readonly title?: string; // shown in its place
  readonly picture: string | null;
}

export interface PointedEdge {
  readonly kind: "edge";
  readonly id: string;
  readonly pinned: boolean;
  readonly source: EdgeEnd;
  readonly target: EdgeEnd;
  readonly facts: readonly Fact[];
  detail(id: string): ChannelDetail | null; // of an end; null: not here yet
}

export interface Overview {
  readonly kind: "overview";
  readonly content: readonly Node[];
}

export type Pointed = PointedChannel | PointedEdge | Overview;

export interface DetailEvents {
  release(): void;
  trace(): void;
  pin(id: string): void;
}

export function detailView(host: HTMLElement, links: Links, names: Names, units: Units, events: DetailEvents) {
  const body = h("div", { class: "detail" });
  host.append(body);

  function draw(pointed: Pointed): Node[] {
    if (pointed.kind === "overview") return [...pointed.content];
    return pointed.kind === "edge" ? drawEdge(pointed) : drawChannel(pointed);
  }

  /** The name that somebody gave, behind the number. */
  function calledSo(id: string): Node | null {
    const own = names.own(id);
    return own === null ? null : h("span", { class: "second" }, own);
  }

  function heading(pinned: boolean, ...title: (Node | string)[]): Node {
    const release = h("button", { class: "quiet", title: "Release (Esc)", onclick: events.release }, "pinned ×");
    return h("div", { class: "title" }, h("h2", {}, ...title), pinned ? release : null);
  }

  function drawEdge({ pinned, source, target, facts, detail }: PointedEdge): Node[] {
    const end = ({ id, name, title = name, picture }: EdgeEnd) =>
      h("button", { class: "end", title: `Pin ${title}`, onclick: () => events.pin(id) }, thumb(picture, name, 84), title, calledSo(id));
    const patches = ({ id, name }: EdgeEnd) => strip("Pictures that excite it most", detail(id)?.pictures?.examples ?? [], name, name);
    const ends = h("div", { class: "ends" }, end(source), h("span", { class: "second" }, "→"), end(target));
    return [heading(pinned, "Edge"), ends, factList(facts), ...patches(source), ...patches(target)];
  }

  function drawChannel(pointed: PointedChannel): Node[] {
    const { layer, index, picture, detail } = pointed;
    const name = `${layer}/${index}`;
    const page = links.to({ room: "channel", channel: name, pin: null }, { title: `All of ${name}` }, `${layer} / ${index}`);
    const head = h("div", { class: "portrait" }, thumb(picture, name, 112), factList(pointed.facts));
    const trace = h("button", { class: "button small", title: "All it is built on and leads to (t)", "aria-pressed": String(pointed.traced), onclick: events.trace }, "Trace");
    const whole = links.to({ room: "channel", channel: name, pin: null }, { class: "button small" }, "Open channel");
    return [
      heading(pointed.pinned, page),
      calledLine(pointed.id, names),
      head,
      h("div", { class: "actions" }, trace, whole),
      ...(pointed.why ?? []),
      ...neighbours("Inputs", "input", pointed.inputs, pointed.weighed),
      ...neighbours("Outputs", "output", pointed.outputs, pointed.outputs.some(({ id }) => isOutput(id)) ? undefined : pointed.weighed),
      ...patchStrip(pointed.pictures?.pictures ?? detail?.pictures ?? null, name),
      ...strip("What it looks for, varied", detail?.pictures?.diversity ?? [], name),
      ...uses(pointed, name),
    ];
  }

  function neighbours(title: string, tone: string, list: readonly Neighbour[], weighed?: string): Node[] {
    const rows = list.slice(0, 5).map(({ id, edge, name, picture, weight, part, told }) => {
      const about = { title: told ?? "Pin the edge", "aria-label": `${plural(weight, units.weight)}${weighed ? ` ${weighed}` : ""}, the edge with ${name}${told === undefined ? "" : `: ${told}`}` };
      const ofEdge = h("button", { class: "quiet", ...about, onclick: () => events.pin(edge) }, number(weight));
      return h("div", { class: "pair" }, channelButton({ name, called: names.own(id), picture, part, tone, choose: () => events.pin(id) }), ofEdge);
    });
    const unit = [list.some((item) => item.told !== undefined) ? `mean of ${units.weight}s` : `${units.weight}s`, weighed].filter(Boolean).join(" ");
    const count = list.length > rows.length ? `${rows.length} of ${list.length}, ${unit}` : `${list.length}, ${unit}`;
    return list.length ? [label(title, count, tone), h("div", { class: "neighbours" }, ...rows)] : [];
  }

  function uses({ classCount, detail }: PointedChannel, name: string): Node[] {
    if (!detail?.classes.length) return [];
    const items = detail.classes.slice(0, 8).map(({ imageClass, count }) =>
      links.to({ room: "explore", class: imageClass.index, pin: name, score: "activation" }, { class: "use" }, h("span", {}, imageClass.name), h("span", { class: "value" }, number(count))),
    );
    const all = links.to({ room: "channel", channel: name, pin: null }, { class: "all" }, `All ${plural(classCount, "class", "classes")}`);
    return [label("Classes that use it", `${items.length} of ${number(classCount)}`), h("div", { class: "uses" }, ...items), ...(items.length < classCount ? [all] : [])];
  }

  return function update(pointed: Pointed): void {
    body.classList.toggle("pinned", pointed.kind !== "overview" && pointed.pinned);
    redraw(body, () => body.replaceChildren(...draw(pointed)));
  };
}

export interface ChannelButton {
  readonly name: string;
  readonly called?: string | null; // by a person
  readonly picture: string | null;
  readonly value?: string;
  readonly part?: number; // 0..1, length of a bar
  readonly tone?: string;
  choose(): void;
}

/** A line that names a channel, with its picture, and pins it. */
export function channelButton({ name, called = null, picture, value = "", part, tone = "", choose }: ChannelButton): HTMLElement {
  const bar = part === undefined ? null : h("i", { class: "bar", style: `--part: ${part.toFixed(3)}` });
  const attributes = { class: `neighbour ${tone}`, title: `Pin ${name}`, onclick: choose };
  return h("button", attributes, thumb(picture, name, 24), h("span", {}, withName(name, called)), bar, h("span", { class: "value" }, value));
}

/** level  of the heading: a column has its own second-level heading above it, a page of its own has not */
export const label = (text: string, note = "", tone = "", level: "h2" | "h3" = "h3"): HTMLElement =>
  h(level, { class: `label ${tone}` }, text, note ? h("span", { class: "note" }, note) : null);

export function factList(facts: readonly Fact[]): HTMLElement {
  const rows = facts.map(({ name, value, of, tone }) =>
    h("div", { class: tone ? `fact ${tone}` : "fact" }, h("dt", {}, name), h("dd", {}, h("b", {}, value), of ? ` ${of}` : "")),
  );
  return h("dl", { class: "facts" }, ...rows);
}

/** The picture to tell a channel by, synthesised or a real one; nothing where there is none. */
export function thumb(picture: string | null, name: string, side: number): HTMLElement | null {
  return picture ? h("img", { class: "thumb", src: served(picture), alt: `A picture that excites ${name}`, width: side, height: side }) : null;
}

export function strip(title: string, pictures: readonly string[], name: string, note = ""): Node[] {
  const images = pictures.map((picture, k) => h("img", { src: served(picture), alt: `${title}: ${name}, ${k + 1} of ${pictures.length}` }));
  return images.length ? [label(title, note), h("div", { class: "strip" }, ...images)] : [];
}

/** A pin that is not in the graph, or not in the model at all. */
export function absent(id: string, graph: string, model: Model, release: () => void): HTMLElement {
  const ends = id.split(">").map((end) => end.slice(model.id.length + 1));
  const stray = ends.find((name) => !hasChannel(model, name));
  const words = isOutput(id) ? `No edges of ${graph} to the class itself are known.` : stray === undefined ? `${ends.join(" → ")} is not in the graph of ${graph}.` : `${model.id} has no channel ${stray}.`;
  return h("p", { class: "warning", role: "status" }, words, " ", h("button", { class: "button small", onclick: release }, "Release"));
}
