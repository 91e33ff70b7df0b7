// One motif: its small picture, how many classes have it, and which.
import { select } from "d3-selection";
import { h } from "../dom";
import { chance, number, percent, plural, probability, ratio } from "../format";
import type { SmallScene } from "../layout/motif";
import type { Motif } from "../types";
import { served } from "../links";
import { nameBelow } from "../layout/names";

export interface MotifCard {
  readonly motif: Motif;
  readonly scene: SmallScene;
  readonly rank: number;
  readonly group: { readonly name: string; readonly classes: number };
  readonly against: { readonly name: string; readonly classes: number } | null;
  /** A link that lays the motif over a class's graph. */
  lay(index: number, kind: "" | "nearly"): HTMLAnchorElement;
  channel(link: Element, name: string): string | null; // makes a link lead to its page; the name that somebody gave it
}

const CHANCE = "The chance that so many classes have it, if each edge kept its frequency and fell on classes at random";
const CONTRAST = "Odds of having it, first classes to second, with the 95 % interval; Fisher's exact test, one-sided; q after Benjamini and Hochberg";
const CHIPS = 12;
const DENSE = 40; // edges; more are drawn thinner

export function motifCard({ motif, scene, rank, group, against, lay, channel }: MotifCard): HTMLElement {
  const figure = h("figure", { role: "group", "aria-label": `${plural(motif.channels.length, "channel")}, ${plural(motif.edges.length, "edge")}` });
  drawScene(figure, scene, channel);
  const about = h(
    "div",
    { class: "about" },
    h("h2", {}, `${plural(motif.channels.length, "channel")}, ${plural(motif.edges.length, "edge")}`, h("span", { class: "second" }, `#${rank}`)),
    bar(group.name, motif.support, group.classes),
    motif.supportAgainst === null || against === null ? null : bar(against.name, motif.supportAgainst, against.classes),
    statistics(motif),
    chips(motif.classes, (index) => lay(index, "")),
    ...nearly(motif, lay),
  );
  return h("article", { class: "motif" }, figure, about);
}

function chips(classes: readonly number[], link: (index: number) => HTMLElement): HTMLElement {
  const host = h("div", { class: "chips" }, ...classes.slice(0, CHIPS).map(link));
  const rest = classes.slice(CHIPS);
  if (!rest.length) return host;
  const more = h("button", { class: "chip", "aria-label": plural(rest.length, "more class", "more classes") }, `+${rest.length}`);
  more.addEventListener("click", () => more.replaceWith(...rest.map(link)));
  host.append(more);
  return host;
}

/** The classes that lack one edge of it. */
function nearly({ nearlyClasses }: Motif, lay: MotifCard["lay"]): HTMLElement[] {
  if (!nearlyClasses.length) return [];
  const words = h("p", { class: "second" }, `${plural(nearlyClasses.length, "class lacks", "classes lack")} one edge of it`);
  return [words, chips(nearlyClasses, (index) => lay(index, "nearly"))];
}

function bar(name: string, count: number, of: number): HTMLElement {
  const share = of > 0 ? count / of : 0;
  const value = h("span", { class: "value" }, h("b", {}, number(count)), ` of ${number(of)}, ${percent(share)}`);
  return h("div", { class: "support" }, h("span", { class: "second", title: name }, name), h("i", { class: "track" }, h("i", { style: `--part: ${share.toFixed(4)}` })), value);
}

function statistics(motif: Motif): HTMLElement {
  const { oddsRatio, oddsRatioLow, oddsRatioHigh, pValue, qValue, logP } = motif;
  const facts: string[] = [];
  if (oddsRatio !== null) {
    const range = oddsRatioLow !== null && oddsRatioHigh !== null ? ` (${ratio(oddsRatioLow)} to ${ratio(oddsRatioHigh)})` : "";
    facts.push(`odds ratio ${ratio(oddsRatio)}${range}`);
  }
  if (pValue !== null && qValue !== null) facts.push(`p ${probability(pValue)}`, `q ${probability(qValue)}`);
  if (qValue === null && logP < 0) facts.push(`by chance ${chance(logP)}`);
  return h("p", { class: "second", title: qValue === null ? CHANCE : CONTRAST }, facts.join(" · "));
}

/** Draws the layered picture of a few channels; every channel is a link to its page. */
export function drawScene(host: HTMLElement, scene: SmallScene, turn: MotifCard["channel"]): void {
  const { width, height, side } = scene;
  const svg = select(host).append("svg").attr("class", scene.edges.length > DENSE ? "motifpicture dense" : "motifpicture").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
  svg.selectAll("text.layer").data(scene.rows).join("text").attr("class", "layer").attr("y", (row) => row.y + 4).text((row) => row.layer);
  svg.selectAll("path").data(scene.edges).join("path").attr("d", (edge) => edge.path);
  const node = svg
    .selectAll("a")
    .data(scene.nodes)
    .join("a")
    .attr("transform", (item) => `translate(${item.x},${item.y})`);
  const called = new Map<string, string | null>();
  node.each(function (item) {
    called.set(item.name, turn(this as Element, item.name));
  });
  node.attr("aria-label", (item) => [item.name, called.get(item.name)].filter(Boolean).join(", "));
  node
    .filter((item) => item.picture !== null)
    .append("image")
    .attr("href", (item) => item.picture && served(item.picture));
  node.filter((item) => item.picture === null).append("rect");
  node.select("image, rect").attr("x", -side / 2).attr("y", -side).attr("width", side).attr("height", side);
  node.append("text").attr("class", "number").attr("y", 12).text((item) => nameBelow(called.get(item.name) ?? null, item, scene.nodes) ?? item.index);
}
