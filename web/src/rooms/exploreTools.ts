// What of a class's graph is drawn, and in how much room: the sliders of Explore.
import { h, write } from "../dom";
import { number, plural } from "../format";
import { ofWeight, type Weighing, WEIGHINGS, weightOf } from "../attributed";
import type { Spacing } from "../layout/graph";
import { NARROWEST, START, type State, type Store, WIDEST } from "../state";
import type { GraphEdge, Model } from "../types";
import { unitsOf } from "../units";
import { popover } from "../views/popover";
import { sliderView } from "../views/slider";

const ABOUT: Readonly<Record<Weighing, string>> = {
  influence: "Pictures of the class in which the lower channel is among the strongest influences on the upper",
  attribution: "Checked pictures in which the lower channel is among the five that contribute most to what the upper adds to the class's log-odds",
};

/** As the sliders stand, which may be ahead of the address while one moves. */
export type Limits = Pick<State, "min" | "weight" | "width" | "height">;

/** moved  called while a slider moves */
export function exploreTools(host: HTMLElement, { model, store }: { readonly model: Model; readonly store: Store }, moved: () => void) {
  const units = unitsOf(model);
  let now: Limits = START;
  const sliding = (key: keyof Limits) => ({
    slide(value: number) {
      if (key === "weight" && store.get().weighed !== by.value) store.set({ weighed: by.value as Weighing }, "replace"); // of which the weight is
      now = { ...now, [key]: value };
      moved();
    },
    settle: (value: number) => store.set({ [key]: value }, "replace"),
  });
  const by = h("select", { class: "score", "aria-label": "Edges, weighed", onchange: () => store.set({ weighed: by.value as Weighing, weight: 0 }) }, ...WEIGHINGS.map((way) => h("option", { value: way, title: ABOUT[way] }, `by ${way}`)));
  const means = h("p", { class: "second" });
  const weighing = h("div", {}, h("label", { class: "slider" }, h("span", { class: "second" }, "weighed"), by), means);
  const percent = { least: NARROWEST, step: 10, word: (value: number) => `${value} %` };
  const part = h("output", { class: "second" });
  const edges = h("div", {}, weighing);
  const spaces = h("div", {});
  const usual = h("button", { class: "button small", onclick: () => (widths.focus(), store.set({ weight: 0, weighed: START.weighed, width: START.width, height: START.height }, "replace")) }, "Reset");
  const importance = sliderView(host, { label: "importance", about: `Channels in fewer ${units.count}s of the class are not drawn`, ...sliding("min") });
  const weights = sliderView(edges, { label: "edge weight", about: `Edges of fewer ${units.weight}s are not drawn`, word: (value) => (value ? `≥ ${plural(value, units.weight)}` : "all"), ...sliding("weight") });
  const widths = sliderView(spaces, { label: "width", about: "Room between the channels of a row", ...percent, ...sliding("width") });
  const heights = sliderView(spaces, { label: "height", about: "Room between rows", ...percent, ...sliding("height") });
  const view = popover("View", "Which edges are drawn, and in how much room", edges, part, spaces, usual);

  // The note that nothing is left of the edges, with the way back; its button goes with its reason.
  const words = h("span", {});
  const all = h("button", { class: "button small", onclick: () => (view.querySelector("button")!.focus(), store.set(isCounted ? { weight: 0 } : { weighed: START.weighed }, "replace")) }, "Show all edges");
  let isCounted = true; // any of the edges that the other filters leave
  const emptied = h("p", { class: "emptied", role: "status", hidden: true }, words, all);

  return {
    view,
    emptied,
    get: (): Limits => now,
    spacing: (): Spacing => ({ across: now.width / 100, down: now.height / 100 }),
    /** How its parts are spaced, in a word; empty: the default. */
    spaced: (): string => (now.width === START.width && now.height === START.height ? "" : `${now.width} ${now.height}`),
    follow({ min, weight, width, height }: Limits): void {
      now = { min, weight, width, height };
    },
    /** The weight in the address is of what edges are weighed by there, and leaves out nothing where they cannot be. */
    weigh(way: Weighing): void {
      if (way !== store.get().weighed) now = { ...now, weight: 0 };
    },
    /**
     * name      of the class
     * most      count of its channels
     * drawable  edges of the chosen kinds between channels that are important enough
     * way       what their weights are of
     * isChoice  whether they can be weighed another way
     */
    update(name: string, most: number, drawable: readonly GraphEdge[], way: Weighing, isChoice: boolean): void {
      const known = drawable.flatMap((edge) => weightOf(edge, way)?.weight ?? []);
      const heaviest = Math.max(0, ...known);
      const shown = ofWeight(drawable, now.weight, way).length;
      const unknown = drawable.length - known.length;
      weighing.hidden = !isChoice;
      by.value = way;
      write(means, ABOUT[way]);
      importance.update(now.min, Math.max(most, 1));
      weights.update(now.weight, Math.max(heaviest, 1));
      widths.update(now.width, WIDEST);
      heights.update(now.height, WIDEST);
      write(part, `${number(shown)} of ${plural(known.length, "edge")} shown${unknown ? `, ${number(unknown)} not counted` : ""}`);
      const isEmpty = drawable.length > 0 && shown === 0;
      isCounted = known.length > 0;
      emptied.hidden = !isEmpty;
      const others = now.min > 0 || store.get().kinds !== START.kinds;
      const uncounted = "None of these edges was counted by attribution.";
      write(words, isEmpty ? (isCounted ? `${others ? "Of the edges that the other filters leave, none" : `No edge of ${name}`} has a weight of ${plural(now.weight, units.weight)} or more; the most is ${number(heaviest)}.` : uncounted) : "");
    },
  };
}
