// A map that is only looked at: points, marks, and the names of the chosen class and the one that is pointed at.
import { h } from "../../dom";
import { boundsOf, frameOf } from "../../layout/map/frame";
import { atRest } from "../../layout/map/morph";
import { remember } from "../../remember";
import type { Embedding } from "../../types";
import { drawMap, type Marks, type Paint } from "./draw";
import { canvasStage } from "./stage";

export interface ShownSmall {
  readonly embedding: Embedding;
  readonly paint: Paint;
  readonly marks: Marks;
  name(index: number): string;
  shorten(layer: string): string;
}

const MARGIN = 10; // px

/** gone  aborted when the room is removed */
export function smallMapView(host: HTMLElement, gone: AbortSignal) {
  const note = h("span", { class: "second" });
  const plot = h("span", { class: "plot" });
  host.append(plot, note);
  const pointsOf = remember(atRest);
  let shown: ShownSmall | null = null;

  const stage = canvasStage(plot, (pen, colours) => {
    if (!shown) return;
    const { embedding } = shown;
    const { width, height } = stage.size();
    const radius = embedding.classes.length > 200 ? 1.6 : 2.6;
    const bare = { trail: [], layer: embedding.layer, groupNames: [], order: [], most: 0, lasso: [], measure: stage.measure };
    drawMap(pen, colours, { ...shown, ...bare, moment: pointsOf(embedding), frame: frameOf(boundsOf([embedding]), width, height, MARGIN), width, height, radius });
  }, () => undefined, gone);
  stage.canvas.setAttribute("aria-hidden", "true");

  /** words  why there is nothing to be drawn */
  return function update(words: string | null, next: ShownSmall | null): void {
    shown = next;
    note.textContent = words ?? "";
    plot.hidden = next === null;
    stage.redraw();
  };
}
