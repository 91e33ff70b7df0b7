// The layers as a chain; one of them, or all, is where similarity is measured.
import { h, mark } from "../dom";
import { shortener } from "../layout/names";
import type { Layer } from "../types";

const MANY = 14;

export function minimapView(host: HTMLElement, choose: (layer: string | null) => void) {
  const list = h("div", { class: "minimap", role: "group", "aria-label": "Layer that similarity is measured in" });
  host.append(list);
  let drawn: readonly Layer[] = [];

  function draw(layers: readonly Layer[]): void {
    drawn = layers;
    const shorten = shortener(layers);
    list.classList.toggle("many", layers.length > MANY); // then only the chosen layer has room for its name
    list.replaceChildren(stop(null, "all"), ...layers.map((layer) => stop(layer.name, shorten(layer.name))));
  }

  function stop(layer: string | null, text: string): HTMLButtonElement {
    const title = layer ? `Similarity at ${layer}` : "Similarity over all layers";
    const button = h("button", { class: "stop", title, onclick: () => choose(layer) });
    button.append(h("i", {}), h("span", { "aria-hidden": "true" }, text), h("span", { class: "unseen" }, title));
    button.dataset["layer"] = layer ?? "";
    return button;
  }

  return function update(layers: readonly Layer[], chosen: string | null): void {
    if (layers !== drawn) draw(layers);
    for (const button of list.querySelectorAll<HTMLButtonElement>("button"))
      mark(button, "aria-pressed", String(button.dataset["layer"] === (chosen ?? "")));
  };
}
