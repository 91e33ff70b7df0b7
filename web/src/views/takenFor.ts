// What a class's images are taken for by the network.
import { h } from "../dom";
import { number, plural } from "../format";
import type { Links } from "../links";
import { outputName } from "../output";
import type { Confusion } from "../types";
import { label } from "./detail";

/** Outputs that images of the class are taken for, whether they are classes of the model or not. */
export function takenFor(confusions: readonly Confusion[], images: number | null, links: Links): Node[] {
  if (!confusions.length) return [];
  const rows = confusions.map((confusion) => {
    const { class: known, images: count } = confusion;
    const text = outputName(confusion);
    const value = h("span", { class: "value" }, number(count));
    return known ? links.to({ class: known.index }, { class: "use" }, h("span", {}, text), value) : h("div", { class: "use", title: "Not one of the classes here" }, h("span", {}, text), value);
  });
  return [label("Taken for", images === null ? "images" : `of ${plural(images, "image")}`), h("div", { class: "uses" }, ...rows)];
}
