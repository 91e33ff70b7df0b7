// One motif: its small picture, how many classes have it, and which.
import { select } from "d3-selection";
import { h } from "../dom";
import { chance, number, percent, plural, probability, ratio } from "../format";
import type { SmallScene } from "../layout/motif";
import type { Motif } from "../types";

export interface MotifCard {
  readonly motif: Motif;
  readonly scene: SmallScene;
  readonly rank: number;
  readonly group: { readonly name: string; readonly classes: number };
  readonly against: { readonly name: string; readonly classes: number } | null;
  /** A link that lays the motif over a class's graph. */
  lay(index: number): HTMLAnchorElement;
  channel(name: string): string; // address of its page
}

const CHIPS = 12;
const DENSE = 40; // edges; more are drawn thinner

export function motifCard({ motif, scene, rank, group, against, lay, channel }: MotifCard): HTMLElement {
  const figure = h("figure", { role: "img", "aria-label": `${plural(motif.channels.length, "channel")}, ${plural(motif.edges.length, "edge")}` });
  drawScene(figure, scene, channel);
  const chips = h("div", { class: "chips" }, ...motif.classes.slice(0, CHIPS).map(lay));
  const rest = motif.classes.slice(CHIPS);
  if (rest.length) {
    const more = h("button", { class: "chip", "aria-label": `${rest.length} more classes` }, `+${rest.length}`);
    more.addEventListener("click", () => more.replaceWith(...rest.map(lay)));
    chips.append(more);
  }
  const about = h(
    "div",
    { class: "about" },
    h("h2", {}, `${plural(motif.channels.length, "channel")}, ${plural(motif.edges.length, "edge")}`, h("span", { class: "second" }, `#${rank}`)),
    bar(group.name, motif.support, group.classes),
    motif.supportAgainst === null || against === null ? null : bar(against.name, motif.supportAgainst, against.classes),
    statistics(motif),
    chips,
  );
  return h("article", { class: "motif" }, figure, about);
}

function bar(name: string, count: number, of: number): HTMLElement {
  const share = of > 0 ? count / of : 0;
  const value = h("span", { class: "value" }, h("b", {}, number(count)), ` of ${number(of)}, ${percent(share)}`);
  return h("div", { class: "support" }, h("span", { class: "second", title: name }, name), h("i", { class: "track" }, h("i", { style: `--part: ${share.toFixed(4)}` })), value);
}

function statistics(motif: Motif): HTMLElement {
  const { oddsRatio, oddsRatioLow, oddsRatioHigh, qValue, nearlyClasses, logP } = motif;
  const facts: string[] = [];
  if (oddsRatio !== null) {
    const range = oddsRatioLow !== null && oddsRatioHigh !== null ? ` (${ratio(oddsRatioLow)} to ${ratio(oddsRatioHigh)})` : "";
    facts.push(`odds ratio ${ratio(oddsRatio)}${range}`);
  }
  if (qValue !== null) facts.push(`q ${probability(qValue)}`);
  if (qValue === null && logP < 0) facts.push(`by chance ${chance(logP)}`);
  if (nearlyClasses.length) facts.push(`${plural(nearlyClasses.length, "class", "classes")} but for one edge`);
  return h("p", { class: "second" }, facts.join(" · "));
}

/** Draws the layered picture of a few channels; every channel is a link to its page. */
export function drawScene(host: HTMLElement, scene: SmallScene, address: (name: string) => string): void {
  const { width, height, side } = scene;
  const svg = select(host).append("svg").attr("class", scene.edges.length > DENSE ? "motifpicture dense" : "motifpicture").attr("viewBox", `0 0 ${width} ${height}`).attr("width", width).attr("height", height);
  svg.selectAll("text.layer").data(scene.rows).join("text").attr("class", "layer").attr("y", (row) => row.y + 4).text((row) => row.layer);
  svg.selectAll("path").data(scene.edges).join("path").attr("d", (edge) => edge.path);
  const node = svg
    .selectAll("a")
    .data(scene.nodes)
    .join("a")
    .attr("href", (item) => address(item.name))
    .attr("aria-label", (item) => item.name)
    .attr("transform", (item) => `translate(${item.x},${item.y})`);
  node
    .filter((item) => item.picture !== null)
    .append("image")
    .attr("href", (item) => item.picture);
  node.filter((item) => item.picture === null).append("rect");
  node.select("image, rect").attr("x", -side / 2).attr("y", -side).attr("width", side).attr("height", side);
  node.append("text").attr("class", "number").attr("y", 12).text((item) => item.index);
}
