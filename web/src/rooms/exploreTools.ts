// What of a class's graph is drawn, and in how much room: the sliders of Explore.
import { h, write } from "../dom";
import { ofWeight, type Weighing, WEIGHINGS, weightOf } from "../attributed";
import { START, type Store } from "../state";
import type { GraphEdge, Model } from "../types";
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
  const view = viewMenu(model, store, moved, { about: `Edges of fewer ${units.weight}s are not drawn`, choice, by: () => by.value as Weighing });
  const importance = sliderView(host, { label: "importance", about: `Channels in fewer ${units.count}s of the class are not drawn`, ...view.sliding("min") });

  return {
    ...view,
    /**
     * name      of the class
     * most      count of its channels
     * drawable  edges of the chosen kinds between channels that are important enough
     * way       what their weights are of
     * isChoice  whether they can be weighed another way
     */
    update(name: string, most: number, drawable: readonly GraphEdge[], way: Weighing, isChoice: boolean): void {
      const { min, weight } = view.get();
      const known = drawable.flatMap((edge) => weightOf(edge, way)?.weight ?? []);
      choice.hidden = !isChoice;
      by.value = way;
      write(means, ABOUT[way]);
      importance.update(min, Math.max(most, 1));
      view.update({ name, known, shown: ofWeight(drawable, weight, way).length, unknown: drawable.length - known.length, isPart: min > 0 || store.get().kinds !== START.kinds });
    },
  };
}
