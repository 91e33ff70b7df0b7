// The small map above Explore's list: where the class is among the others; a press opens the room of the map.
import type { Context } from "../context";
import { debounce, h, latest, redraw } from "../dom";
import { shortener } from "../layout/names";
import { remember } from "../remember";
import type { Embedding } from "../types";
import { onTheme } from "../theme";
import { coloursOf } from "../views/map/colours";
import { drawMiniature } from "../views/map/miniature";
import { smallMapView } from "../views/map/small";
import { LEAST, mayChange, whyEmpty } from "./mapNotes";
import { chosenGroups, embeddingAt, loadMapData, type MapData, paintOf } from "./mapData";

export interface SmallMarks {
  readonly chosen: number | null;
  readonly layer: string | null;
  readonly pointed: number | null;
  readonly seen: ReadonlySet<number>;
  readonly users: ReadonlySet<number> | null;
}

export interface SmallMap {
  mark(marks: SmallMarks): void;
  /** Asks again where there was no map, or an old one, and not long ago. */
  look(): void;
}

const NONE: ReadonlySet<number> = new Set();
const REST = 30_000; // ms between two looks
const LATER = 100; // ms, by which the chosen class's graph is painted
const STAMP = 0.6; // px, radius of a point in the layer's picker

/** picker  buttons of the layers, which get small maps where there are some */
export async function smallMap(host: HTMLElement, picker: HTMLElement, context: Context): Promise<SmallMap> {
  const { api, links, model, gone } = context;
  let data = await loadMapData(api, model); // before anything is drawn
  const link = links.to({ room: "map" }, { class: "smallmap", title: "Open the map" });
  const heading = h("p", { class: "label" });
  redraw(host, () => host.replaceChildren(heading, link));
  const update = smallMapView(link, gone);
  const shorten = shortener(model.layers);
  const paint = remember((from: MapData) => paintOf(from, chosenGroups(from, model, [], [])));

  function stamps(from: MapData, chosen: number | null): void {
    const colours = coloursOf(host);
    for (const stop of picker.querySelectorAll<HTMLElement>("[data-layer]")) {
      const points = from.embeddings.find(({ layer }) => layer === stop.dataset["layer"]);
      const place = stop.querySelector("i");
      if (!points || !place) continue;
      const image = place.querySelector("img") ?? place.appendChild(h("img", { alt: "" }));
      drawMiniature(image, colours, { points, paint: paint(from), chosen }, STAMP);
    }
  }

  const whyNone = (embedding: Embedding | null, from: MapData): string | null =>
    embedding && embedding.classes.length >= LEAST ? null : whyEmpty(context, from.embeddings.length, embedding, shown?.layer ?? null);

  let shown: SmallMarks | null = null;
  let stamped = "";
  let looked = -REST;
  const answer = latest();
  const stampsLater = debounce(LATER, () => stamps(data, shown?.chosen ?? null)); // of what is here by then

  function draw(): void {
    if (!shown) return;
    const { chosen, layer } = shown;
    const embedding = embeddingAt(data, layer);
    const none = whyNone(embedding, data);
    heading.textContent = none === null && embedding ? `Classes at ${embedding.layer}` : "Classes";
    link.setAttribute("aria-label", none ?? `Open the map of the classes at ${embedding?.layer}`);
    links.turn(link, { room: "map" });
    update(none, none === null && embedding ? { embedding, paint: paint(data), marks: { ...shown, picked: NONE }, name: (index) => data.names.get(index) ?? String(index), shorten } : null);
    if (stamped === "") stamps(data, chosen);
    else if (stamped !== String(chosen)) stampsLater();
    stamped = String(chosen);
  }
  onTheme(() => {
    stamped = "";
    draw();
  }, gone);

  return {
    mark(marks) {
      shown = marks;
      draw();
    },
    look() {
      const now = performance.now();
      if (now - looked < REST || !mayChange(context, data.embeddings)) return;
      looked = now;
      const renew = (found: MapData) => {
        [data, stamped] = [found, ""];
        draw();
      };
      answer(loadMapData(api, model), renew, () => undefined); // what is there stays
    },
  };
}
