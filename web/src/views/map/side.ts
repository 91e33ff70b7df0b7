// What the map's column says about the chosen class.
import { h, mark } from "../../dom";
import { hundredths, number, percent, plural } from "../../format";
import { leaps } from "../../layout/map/trail";
import type { Links } from "../../links";
import type { MapClass, SimilarClass } from "../../types";
import { label } from "../detail";

const LEAPS = 2;

/** absent  the layer of the map where the class has no point; null: it has one */
export function classHead(item: MapClass, absent: string | null, shorten: (layer: string) => string, links: Links): Node[] {
  const far = leaps(item.trail, LEAPS).map(({ from, to }) => `${shorten(from)} and ${shorten(to)}`);
  const facts = [`class ${item.index}`];
  if (item.accuracy !== null) facts.push(`accuracy ${percent(item.accuracy)}`);
  if (item.images !== null) facts.push(plural(item.images, "image"));
  if (far.length) facts.push(`moves most between ${far.join(", and ")}`);
  const note = absent === null ? null : h("p", { class: "second" }, `It has no channel at ${absent}, and so no point there.`);
  const open = links.to({ room: "explore", class: item.index }, { class: "button small" }, "Open its graph");
  return [h("div", { class: "title" }, h("h2", {}, item.name)), h("p", { class: "second" }, facts.join(" · ")), note, h("div", { class: "actions" }, open)].filter((node) => node !== null);
}

export function mostLike(similar: readonly SimilarClass[], index: number, layer: string, others: number, links: Links): Node[] {
  if (!similar.length) return [];
  const rows = similar.map(({ imageClass, similarity }) => {
    const about = `Compare with ${imageClass.name}`;
    const bar = h("i", { class: "track", style: `--part: ${similarity.toFixed(4)}` });
    const go = links.to({ class: imageClass.index }, { class: "use" }, h("span", {}, imageClass.name), bar, h("span", { class: "value" }, hundredths(similarity)));
    const versus = links.to({ room: "compare", classes: [index, imageClass.index], pin: null }, { class: "versus", title: about, "aria-label": about }, "⇄");
    return h("div", { class: "pair like" }, go, versus);
  });
  return [label(`Most like it at ${layer}`, `${similar.length} of ${number(others)}`), h("div", { class: "uses" }, ...rows)];
}

export interface Mover {
  readonly index: number;
  readonly name: string;
  readonly moved: number; // share of its neighbours that are gone
  readonly lower: string;
  readonly upper: string;
}

/** The classes that change company most, and between which layers. Null where they were not looked for. */
export function moversList(movers: readonly Mover[] | null, chosen: number | null, classes: number, shorten: (layer: string) => string, links: Links): Node[] {
  const heading = label("Change company most", movers?.length ? `${movers.length} of ${number(classes)}` : "", "", "h2");
  if (movers === null) {
    const ask = links.to({ room: "query", query: "changes_of_company", args: null, plain: true, cypher: null }, {}, "Ask for them");
    return [heading, h("p", { class: "second" }, "Not searched automatically: with this many classes it takes long. ", ask)];
  }
  if (!movers.length) return [];
  const rows = movers.map(({ index, name, moved, lower, upper }) => {
    const row = links.to({ class: index, layer: upper }, { class: "use", title: `${percent(moved)} of its nearest at ${lower} are not among those at ${upper}` });
    row.append(h("span", {}, name), h("span", { class: "value" }, `${shorten(lower)} → ${shorten(upper)}`));
    mark(row, "aria-current", index === chosen ? "true" : null);
    return row;
  });
  return [heading, h("div", { class: "uses" }, ...rows)];
}
