// Which edges of a graph are drawn by their weight, and in how much room: the sliders behind "View", of Explore and of Compare.
import type { Weighing } from "../attributed";
import { h, write } from "../dom";
import { number, plural } from "../format";
import type { Limits } from "../layout/rows";
import { graphsBy, tellSpecificity } from "../scores";
import { NARROWEST, type Size, SIZES, START, type State, type Store, WIDEST } from "../state";
import type { Model } from "../types";
import { unitsOf } from "../units";
import { popover } from "../views/popover";
import { type SliderOptions, sliderView } from "../views/slider";
import { must } from "../must";

/** As the sliders stand, which may be ahead of the address while one moves. */
type Sliders = Pick<State, "min" | "weight" | "width" | "height">;

/** What the slider of weights works on. */
export interface Weighed {
  readonly name: string; // whose edges they are
  readonly known: readonly number[]; // their weights, whatever the slider says
  readonly shown: number; // that are left
  readonly unknown: number; // that have no weight
  readonly isPart: boolean; // other filters leave some out
  readonly among: string; // graphs that sizes are by specificity among
}

export interface Weighs {
  readonly about: string; // the title of the slider of weights
  readonly choice: Node | null; // of what weights are of, above it
  readonly larger: string; // what makes pictures larger, where their size is by count
  by(): Weighing; // as it is chosen
}

/** moved  called while a slider moves */
export function viewMenu(model: Model, store: Store, moved: () => void, { about, choice, larger, by }: Weighs) {
  const units = unitsOf(model);
  const graphs = graphsBy(model, "activation");
  let now: Sliders = START;
  let isWeighing = false; // the weight is ahead of the address, and of what the room weighs by
  const sliding = (key: keyof Sliders): Pick<SliderOptions, "slide" | "settle"> => ({
    slide(value: number) {
      isWeighing ||= key === "weight";
      now = { ...now, [key]: value };
      moved();
    },
    settle: (value: number) => store.set({ [key]: value, ...(key === "weight" ? { weighed: by() } : {}) }, "replace"),
  });
  /** Every edge, by influence; the choice of what they are weighed by stays, with its weight, where it is neither offered nor followed. */
  const unweighed = () => (choice ? { weight: START.weight, weighed: START.weighed } : store.get().weighed === by() ? { weight: START.weight } : {});
  const percent = { least: NARROWEST, step: 10, word: (value: number) => `${value} %` };
  const part = h("output", { class: "second" });
  const edges = h("div", {}, choice);
  const spaces = h("div", {});
  const size = h("select", { class: "score", "aria-label": "Size of pictures", onchange: () => store.set({ size: size.value as Size }, "replace") }, ...SIZES.map((way) => h("option", { value: way }, `by ${way}`)));
  const sizes = h("div", { hidden: graphs < 2 }, h("label", { class: "slider" }, h("span", { class: "second" }, "size"), size), h("p", { class: "second" }));
  const usual = h("button", { class: "button small", onclick: () => (widths.focus(), store.set({ ...unweighed(), width: START.width, height: START.height, size: START.size }, "replace")) }, "Reset");
  const weights = sliderView(edges, { label: "edge weight", about, word: (value) => (value ? `≥ ${plural(value, units.weight)}` : "all"), ...sliding("weight") });
  const widths = sliderView(spaces, { label: "width", about: "Room between the channels of a row", ...percent, ...sliding("width") });
  const heights = sliderView(spaces, { label: "height", about: "Room between rows", ...percent, ...sliding("height") });
  const view = popover("View", "Which edges are drawn, in how much room, and how large channels are", edges, part, spaces, sizes, usual);

  // The note that nothing is left of the edges, with the way back; its button goes with its reason.
  const words = h("span", {});
  const all = h("button", { class: "button small", onclick: () => (must(view.querySelector("button")).focus(), store.set(isCounted ? { weight: 0 } : { weighed: START.weighed }, "replace")) }, "Show all edges");
  let isCounted = true; // any of the edges that the other filters leave
  const emptied = h("p", { class: "emptied", role: "status", hidden: true }, words, all);

  return {
    view,
    emptied,
    sliding,
    get: (): Sliders => now,
    limits: (): Limits => ({ weight: now.weight, spacing: { across: now.width / 100, down: now.height / 100 }, graphs: store.get().size === "specificity" && graphs > 1 ? graphs : null }),
    /** How its parts are spaced, in a word; empty: the default. */
    spaced: (): string => (now.width === START.width && now.height === START.height ? "" : `${now.width} ${now.height}`),
    follow({ min, weight, width, height }: Sliders): void {
      isWeighing = false;
      now = { min, weight, width, height };
    },
    /** The weight in the address is of what edges are weighed by there, and leaves out nothing where they cannot be. */
    weigh(way: Weighing): void {
      if (way !== store.get().weighed && !isWeighing) now = { ...now, weight: 0 };
    },
    /** null: nothing is drawn that has weights */
    update(drawn: Weighed | null): void {
      const { name, known, shown, unknown, isPart, among } = drawn ?? { name: "", known: [], shown: 0, unknown: 0, isPart: false, among: "graphs" };
      const heaviest = Math.max(0, ...known);
      weights.update(now.weight, Math.max(heaviest, 1));
      widths.update(now.width, WIDEST);
      heights.update(now.height, WIDEST);
      size.value = store.get().size;
      write(must(sizes.lastElementChild), store.get().size === "count" ? larger : tellSpecificity(model, among));
      write(part, `${number(shown)} of ${plural(known.length, "edge")} shown${unknown ? `, ${number(unknown)} not counted` : ""}`);
      const isEmpty = known.length + unknown > 0 && shown === 0;
      isCounted = known.length > 0;
      emptied.hidden = !isEmpty;
      const uncounted = "None of these edges was counted by attribution.";
      write(words, isEmpty ? (isCounted ? `${isPart ? "Of the edges that the other filters leave, none" : `No edge of ${name}`} has a weight of ${plural(now.weight, units.weight)} or more; the most is ${number(heaviest)}.` : uncounted) : "");
    },
  };
}
