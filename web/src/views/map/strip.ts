// Small maps of every layer: the picker of the layer.
import { h, mark } from "../../dom";
import { onTheme } from "../../theme";
import type { Embedding } from "../../types";
import { coloursOf } from "./colours";
import type { Paint } from "./draw";
import { drawMiniature } from "./miniature";

export interface ShownStrip {
  readonly embeddings: readonly Embedding[];
  readonly paint: Paint;
  readonly layer: string;
  readonly chosen: number | null;
  shorten(layer: string): string;
}

export function stripView(host: HTMLElement, choose: (layer: string) => void, gone: AbortSignal) {
  const list = h("div", { class: "strip-maps", role: "group", "aria-label": "Layer of the map" });
  host.append(list);
  let shown: ShownStrip | null = null;
  let drawn = "";

  function draw(): void {
    if (!shown) return;
    const { embeddings, paint, chosen } = shown;
    const colours = coloursOf(host);
    list.querySelectorAll("img").forEach((image, k) => {
      const points = embeddings[k];
      if (points) drawMiniature(image, colours, { points, paint, chosen }, points.classes.length > 200 ? 0.9 : 1.6);
    });
  }
  new ResizeObserver(draw).observe(host);
  onTheme(draw, gone);

  /** Into sight along the strip; the page stays where it is. */
  function bring(button: HTMLElement): void {
    const [at, all] = [button, list].map((item) => item.getBoundingClientRect()) as [DOMRect, DOMRect];
    list.scrollLeft += Math.min(0, at.left - all.left) + Math.max(0, at.right - all.right);
  }

  return function update(next: ShownStrip): void {
    const before = shown;
    shown = next;
    const key = next.embeddings.map(({ layer }) => layer).join();
    if (key !== drawn) {
      drawn = key;
      const stops = next.embeddings.map(({ layer }) => {
        const title = `Map at ${layer}`;
        return h("button", { class: "stamp", title, "data-layer": layer, onclick: () => choose(layer) }, h("span", {}, next.shorten(layer)), h("img", { alt: "" }));
      });
      list.replaceChildren(...stops);
    }
    for (const button of list.querySelectorAll<HTMLElement>("button")) {
      const isShown = button.dataset["layer"] === next.layer;
      mark(button, "aria-pressed", String(isShown));
      if (isShown && before?.layer !== next.layer) requestAnimationFrame(() => bring(button)); // laid out by then
    }
    if (key !== drawn || before?.embeddings !== next.embeddings || before.paint !== next.paint || before.chosen !== next.chosen) draw();
  };
}
