// What of a class's graph is drawn, and in how much room: the sliders of Explore.
import { h, write } from "../dom";
import { areAttributed, ofWeight, type Weighing, WEIGHINGS, weightOf } from "../attributed";
import { graphsMeant } from "../scores";
import { type Score, START, type Store } from "../state";
import type { ClassWithGraph, GraphEdge, Model } from "../types";
import { unitsOf } from "../units";
import { sliderView } from "../views/slider";
import { viewMenu } from "./viewMenu";

const ABOUT: Readonly<Record<Weighing, string>> = {
  influence: "Pictures of the class in which the lower channel is among the strongest influences on the upper",
  attribution: "Checked pictures in which the lower channel is among the five that contribute most to what the upper adds to the class's log-odds",
};

/** moved  called while a slider moves */
export function exploreTools(host: HTMLElement, { model, store }: { readonly model: Model; readonly store: Store }, moved: () => void) {
  const units = unitsOf(model);
  const by = h("select", { class: "score", "aria-label": "Edges, weighed", onchange: () => store.set({ weighed: by.value as Weighing, weight: 0 }) }, ...WEIGHINGS.map((way) => h("option", { value: way, title: ABOUT[way] }, `by ${way}`)));
  const means = h("p", { class: "second" });
  const choice = h("div", {}, h("label", { class: "slider" }, h("span", { class: "second" }, "weighed"), by), means);
  const view = viewMenu(model, store, moved, { about: `Edges of fewer ${units.weight}s are not drawn`, choice, larger: `The more ${units.count}s of the class activate a channel, the larger its picture.`, by: () => by.value as Weighing });
  const importance = sliderView(host, { label: "importance", about: `Channels in fewer ${units.count}s of the class are not drawn`, ...view.sliding("min") });

  return {
    ...view,
    /**
     * shown     the class, with its graph whole
     * score     by which that was made
     * drawable  edges of the chosen kinds between channels that are important enough
     * way       what their weights are of
     */
    update({ name, live, attributionGraph: { channels, edges } }: ClassWithGraph, score: Score, drawable: readonly GraphEdge[], way: Weighing): void {
      const { min, weight } = view.get();
      const known = drawable.flatMap((edge) => weightOf(edge, way)?.weight ?? []);
      choice.hidden = !areAttributed(edges);
      by.value = way;
      write(means, ABOUT[way]);
      importance.update(min, Math.max(1, ...channels.map(({ count }) => count)));
      view.update({ name, known, shown: ofWeight(drawable, weight, way).length, unknown: drawable.length - known.length, isPart: min > 0 || store.get().kinds !== START.kinds, among: graphsMeant(live, score) });
    },
  };
}
