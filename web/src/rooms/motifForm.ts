// The left of Motifs: of which classes, against which, around which channel, of what shape, in how many, for how long.
import { ALL, listOf, nameOf, NOTHING, OTHERS, rivalsOf, withClass, withoutClass } from "../chosen";
import type { Context } from "../context";
import { h, mark } from "../dom";
import { number, plural, withName } from "../format";
import { pinToId } from "../layout/relate";
import { findEverything } from "../search";
import { isMined, LONGEST, PATIENT, SHAPES, type Shape, SHORTEST, type State } from "../state";
import type { ClassGroup } from "../types";
import { label } from "../views/detail";
import { picker } from "../views/picker";
import { sliderView } from "../views/slider";

const part = (text: string): HTMLElement => label(text, "", "", "h2");

const ABOUT: Readonly<Record<Shape, readonly [string, string]>> = {
  CLOSED: ["Closed", "every connected set of edges that cannot grow and keep its classes"],
  MAXIMAL: ["Maximal", "closed ones that no other frequent one contains"],
  EDGE: ["Edge", "single edges"],
  CHAIN: ["Chain", "channels that each lead to the next"],
  FAN_IN: ["Fan-in", "two channels that lead to one"],
  FAN_OUT: ["Fan-out", "one channel that leads to two"],
  DIAMOND: ["Diamond", "two ways of two edges to one channel"],
  BI_FAN: ["Bi-fan", "two channels that lead to the same two"],
};

/** className  what a class is called, as far as that is known */
export function motifForm(host: HTMLElement, { api, store, model, names }: Context, className: (index: number) => string) {
  let groups: readonly ClassGroup[] = [];
  let hasGroups = true; // until the service says otherwise

  const choose = (key: "of" | "against") =>
    picker("", {
      label: "Find a group or a class",
      find: (text) =>
        findEverything(api, model, text, {
          group: (wnid) => store.set({ [key]: wnid }),
          class: (index) => store.set({ [key]: withClass(store.get()[key], index) }),
        }),
    });
  const ofPicker = choose("of");
  const againstPicker = choose("against");
  const aroundPicker = picker("", {
    label: "Find a channel, like 4d 431",
    find: (text) => findEverything(api, model, text, { channel: (around) => store.set({ around }) }, names),
  });
  const quiet = (text: string, change: Partial<State>) => h("button", { class: "quiet", onclick: () => store.set(change) }, text);
  const everything = h("button", { class: "button", onclick: () => store.set({ of: ALL, against: null }) }, "all classes");
  const others = quiet("all others", { against: OTHERS });
  const nothing = quiet("nothing", { against: NOTHING });
  const anywhere = quiet("any channel", { around: null });
  const ofList = h("div", { class: "chips" });
  const againstList = h("div", { class: "chips" });
  const versus = h("div", {}, part("Against"), h("div", { class: "pair" }, againstPicker.element, others, nothing), againstList);
  const about = h("div", {}, part("Around"), h("div", { class: "pair" }, aroundPicker.element, anywhere));
  const buttons = SHAPES.map((shape) => {
    const [word, about] = ABOUT[shape];
    return h("button", { class: "shape", title: about, onclick: () => store.set({ shape }) }, h("b", {}, word), h("span", { class: "second" }, about));
  });
  const shapes = h("div", { class: "shapes", role: "group", "aria-label": "Shape" }, ...buttons);
  const least = h("div", {});
  const long = h("div", {});
  const patience = h("div", {});
  const chain = h("div", {}, part("Chain length"), long);
  host.append(part("Motifs of"), h("div", { class: "pair" }, ofPicker.element, everything), ofList, versus, about);
  host.append(part("Shape"), shapes, chain, part("In at least"), least, part("Time limit"), patience);

  const slide = (place: HTMLElement, text: string, from: number, word: (value: number) => string, settle: (value: number) => void) =>
    sliderView(place, { label: "", about: text, least: from, word, slide: () => undefined, settle });
  const share = slide(least, "The least share of the classes that have a motif", 1, (value) => `${number(value)} % of classes`, (value) => store.set({ support: value / 100 }, "replace"));
  const length = slide(long, "Chain length, one channel per layer", SHORTEST, (value) => plural(value, "layer"), (value) => store.set({ length: value }, "replace"));
  const seconds = slide(patience, "Then the search ends with what it has found", 1, (value) => `${number(value)} s`, (value) => store.set({ seconds: value }, "replace"));

  function drawChips(place: HTMLElement, key: "of" | "against", choice: string | null): void {
    const chips = (listOf(choice) ?? []).map((index) => {
      const out = () => store.set({ [key]: withoutClass(store.get()[key], index) });
      return h("button", { class: "chip", title: `Take ${className(index)} out`, onclick: out }, `${className(index)} ×`);
    });
    place.replaceChildren(...chips);
  }

  const say = (choice: string): string => (listOf(choice) ? "Add a class" : nameOf(choice, groups, className));

  return {
    know: (found: readonly ClassGroup[]) => void ([groups, hasGroups] = [found, found.length > 0]),
    update(state: State): void {
      const { of, around, shape } = state;
      const against = rivalsOf(of, state.against);
      mark(everything, "aria-pressed", String(of === ALL));
      ofPicker.say(of && of !== ALL ? say(of) : hasGroups ? "Choose a group" : "Choose classes");
      drawChips(ofList, "of", of);
      versus.hidden = of === ALL;
      againstPicker.say(against === null ? "nothing" : say(against));
      drawChips(againstList, "against", against);
      others.hidden = against === OTHERS;
      nothing.hidden = against === null;
      about.hidden = !isMined(shape);
      aroundPicker.say(around === null ? "any channel" : withName(around, names.own(pinToId(model.id, around))));
      anywhere.hidden = around === null;
      chain.hidden = shape !== "CHAIN";
      buttons.forEach((button, k) => mark(button, "aria-pressed", String(SHAPES[k] === shape)));
      share.update(state.support * 100, 100);
      length.update(state.length, Math.min(LONGEST, model.layers.length));
      seconds.update(state.seconds, PATIENT);
    },
  };
}
