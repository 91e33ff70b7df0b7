// What of three and more compared classes is shown, and as what.
import { h, mark } from "../dom";
import { plural } from "../format";
import { LOOKS, OPERATIONS, type Look, type Operation } from "../state";
import type { ClassName } from "../types";
import { sliderView } from "./slider";
import { must } from "../must";

export interface ChoiceEvents {
  choose(operation: Operation, first: number): void; // first: the class that the others are taken from
  atLeast(count: number): void;
  look(look: Look): void;
}

export interface Chosen {
  readonly operation: Operation;
  readonly atLeast: number;
  readonly look: Look;
  readonly classes: readonly ClassName[];
}

/** "in all 4 classes" */
export function tellOperation({ operation, atLeast, classes }: Chosen): string {
  return {
    AT_LEAST: `in at least ${plural(atLeast, "class", "classes")}`,
    INTERSECTION: `in all ${classes.length} classes`,
    UNION: "in any of the classes",
    DIFFERENCE: `only in ${classes[0]?.name}`,
    SYMMETRIC_DIFFERENCE: "in an odd number of classes",
  }[operation];
}

interface Offer {
  readonly operation: Operation;
  readonly first: number;
  readonly text: string;
}

/** Every operation once, and the difference once from every class. */
function offers(chosen: Chosen): Offer[] {
  const first = must(chosen.classes[0]).index;
  const byIndex = [...chosen.classes].sort((a, b) => a.index - b.index);
  return OPERATIONS.flatMap((operation): Offer[] => {
    if (operation === "DIFFERENCE") return byIndex.map(({ index, name }) => ({ operation, first: index, text: `only in ${name}` }));
    return [{ operation, first, text: operation === "AT_LEAST" ? "in at least …" : tellOperation({ ...chosen, operation }) }];
  });
}

export function choiceView(host: HTMLElement, events: ChoiceEvents) {
  let offered: readonly Offer[] = [];
  const choose = () => {
    const { operation, first } = must(offered[select.selectedIndex]);
    events.choose(operation, first);
  };
  const select = h("select", { "aria-label": "What is shown", onchange: choose });
  const least = h("span", {});
  const slider = sliderView(least, {
    label: "",
    about: "How many of the classes must have a channel or an edge",
    word: (count) => plural(count, "class", "classes"),
    least: 1,
    slide: events.atLeast,
    settle: () => undefined,
  });
  const looks = LOOKS.slice(0, 2).map((look) => h("button", { class: "button", onclick: () => events.look(look) }, look === "graph" ? "Graph" : "Matrix"));
  host.append(select, least, h("div", { class: "joined", role: "group", "aria-label": "Drawn as" }, ...looks));

  return function update(chosen: Chosen): void {
    const { operation, classes } = chosen;
    offered = offers(chosen);
    select.replaceChildren(...offered.map(({ text }) => h("option", {}, text)));
    select.selectedIndex = offered.findIndex((item) => item.operation === operation && item.first === must(classes[0]).index);
    least.hidden = operation !== "AT_LEAST";
    slider.update(chosen.atLeast, classes.length);
    looks.forEach((button, k) => mark(button, "aria-pressed", String(chosen.look === LOOKS[k])));
  };
}
