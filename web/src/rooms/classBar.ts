// The classes that are compared: each can be replaced or taken out, two can change sides, and more can be added.
import type { Context } from "../context";
import { h, redraw } from "../dom";
import { findEverything } from "../search";
import { picker } from "../views/picker";
import { colourOf } from "./compareLines";
import { groundOf } from "../views/tones";

export interface ComparedClasses {
  readonly classes: readonly number[];
  readonly of: Node | null; // where two subsets of one class stand in their place: the way to the class
  readonly beyond: number; // classes of the address that are too many to be compared
  readonly complete: boolean; // the comparison is here; more classes may be added
  name(index: number): string;
}

export function classBar(host: HTMLElement, { api, model }: Context, most: number, set: (classes: readonly number[]) => void) {
  let drawn = "";

  const choose = (text: string, choice: (index: number) => void): HTMLElement =>
    picker(text, { label: "Choose a class", find: (part) => findEverything(api, model, part, { class: choice }) }).element;

  function drawClass(index: number, k: number, { classes, name }: ComparedClasses): HTMLElement {
    const swapped = (next: number) => classes.map((other) => (other === index ? next : other === next ? index : other));
    const button = choose(name(index), (next) => set(swapped(next)));
    button.classList.add("classname");
    if (classes.length <= 2) return toned(button, k);
    const out = () => set(classes.filter((other) => other !== index));
    button.prepend(h("i", { class: "key", style: `--tone: ${groundOf(k)}` }));
    button.append(h("button", { class: "quiet", "aria-label": `Take ${name(index)} out`, onclick: out }, "×"));
    return button;
  }

  function toned(element: HTMLElement, k: number): HTMLElement {
    element.style.setProperty("--tone", colourOf(k, 2));
    return element;
  }

  function update(compared: ComparedClasses): void {
    const { classes, of, beyond, complete, name } = compared;
    const key = JSON.stringify([classes, of && String(of), classes.map(name), beyond, complete]);
    if (key === drawn) return; // a picker may be open in it
    drawn = key;
    const parts: Node[] = classes.map((index, k) => (of ? toned(h("span", { class: "subset", title: name(index) }, name(index)), k) : drawClass(index, k, compared)));
    const swap = h("button", { class: "round", title: "Swap sides", "aria-label": "Swap sides", onclick: () => set([...classes].reverse()) }, "⇄");
    if (classes.length === 2) parts.splice(1, 0, swap);
    if (of) parts.unshift(h("div", { class: "classname" }, of));
    else if (complete && classes.length < most) parts.push(choose("Add a class", (index) => set([...classes, index])));
    if (beyond > 0) parts.push(h("span", { class: "second" }, `the first ${classes.length} of ${classes.length + beyond}`));
    redraw(host, () => host.replaceChildren(...parts));
  }

  return { update, choose };
}
