// What is saved of a map: the picture as it is seen, and the points of its layer as data.
import { h } from "../dom";
import { pictureMenu, provenance, saveJson, saveTable } from "../export";
import type { Context } from "../context";
import type { Embedding } from "../types";

export interface ExportedMap {
  readonly context: Pick<Context, "model" | "names">;
  readonly embedding: Embedding;
  readonly svg: SVGSVGElement;
  readonly headings: Iterable<Element>;
  readonly stage: HTMLElement; // where the drawing stands on the page
  name(index: number): string;
}

/** The actions of the menu. get  null where no map is shown, and then the menu is hidden */
export function mapExports(get: () => ExportedMap | null, failed: (error: Error) => void): Record<string, () => unknown> {
  const saved = (act: (map: ExportedMap) => void) => () => {
    const map = get();
    if (map) act(map);
  };
  const pictures = (map: ExportedMap) => {
    const unseen = h("div", { style: "position: absolute; inset: 0; visibility: hidden" }, map.svg);
    map.stage.append(unseen); // only what is in the page has a size and computed styles
    setTimeout(() => unseen.remove());
    const size = { width: map.svg.clientWidth, height: map.svg.clientHeight };
    return pictureMenu(() => ({ layers: [map.svg], size, unzoomed: (work) => work(), headings: map.headings, name: nameOf(map) }), failed);
  };
  return {
    "Picture (SVG)": saved((map) => pictures(map)["Picture (SVG)"]()),
    "Picture (PNG)": saved((map) => pictures(map)["Picture (PNG)"]()),
    "Data (JSON)": saved((map) => saveJson({ ...provenance(map.context), layer: map.embedding.layer, source: map.embedding.source, points: pointsOf(map) }, `${nameOf(map)}.json`)),
    "Data (CSV)": saved((map) => saveTable({ columns: ["class", "name", "x", "y"], rows: pointsOf(map).map(({ index, name, x, y }) => [index, name, x, y]) }, map.context.names, nameOf(map))),
  };
}

const nameOf = ({ context: { model }, embedding }: ExportedMap): string => `map of ${model.id} at ${embedding.layer}`;

const pointsOf = ({ embedding: { classes, x, y }, name }: ExportedMap) =>
  classes.map((index, k) => ({ index, name: name(index), x: x[k] ?? 0, y: y[k] ?? 0 }));
