// What of three and more compared classes is shown, and as what.
import { h, mark } from "../dom";
import { plural } from "../format";
import { OPERATIONS, type Look, type Operation } from "../state";
import { sliderView } from "./slider";

export interface ChoiceEvents {
  choose(operation: Operation): void;
  atLeast(count: number): void;
  look(look: Look): void;
}

export interface Chosen {
  readonly operation: Operation;
  readonly atLeast: number;
  readonly look: Look;
  readonly first: string; // name of the first class
  readonly classes: number;
}

/** "in all 4 classes" */
export function tellOperation({ operation, atLeast, first, classes }: Chosen): string {
  return {
    AT_LEAST: `in at least ${plural(atLeast, "class", "classes")}`,
    INTERSECTION: `in all ${classes} classes`,
    UNION: "in any of the classes",
    DIFFERENCE: `only in ${first}`,
    SYMMETRIC_DIFFERENCE: "in an odd number of classes",
  }[operation];
}

export function choiceView(host: HTMLElement, events: ChoiceEvents) {
  const select = h("select", { "aria-label": "What is shown", onchange: () => events.choose(select.value as Operation) });
  const options = OPERATIONS.map((operation) => h("option", { value: operation }));
  select.append(...options);
  const least = h("span", {});
  const slider = sliderView(least, {
    label: "",
    about: "How many of the classes must have a channel or an edge",
    word: String,
    least: 1,
    slide: events.atLeast,
    settle: () => undefined,
  });
  const looks = (["graph", "matrix"] as const).map((look) => h("button", { class: "button", onclick: () => events.look(look) }, look === "graph" ? "Graph" : "Matrix"));
  host.append(select, least, h("div", { class: "joined", role: "group", "aria-label": "Drawn as" }, ...looks));

  return function update(chosen: Chosen): void {
    OPERATIONS.forEach((operation, k) => (options[k]!.textContent = operation === "AT_LEAST" ? "in at least …" : tellOperation({ ...chosen, operation })));
    select.value = chosen.operation;
    least.hidden = chosen.operation !== "AT_LEAST";
    slider.update(chosen.atLeast, chosen.classes);
    looks.forEach((button, k) => mark(button, "aria-pressed", String((chosen.look === "graph") === (k === 0))));
  };
}
