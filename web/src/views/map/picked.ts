// The classes that were taken with the lasso: who they are, and what can be done with them.
import { h, redraw } from "../../dom";
import { plural } from "../../format";
import type { Links } from "../../links";

const NAMED = 24; // classes; of more only the number is given

export interface PickedEvents {
  drop(index: number): void;
  clear(): void;
}

/** keep  a form that keeps the classes as a group */
export function pickedView(host: HTMLElement, links: Links, keep: HTMLElement, events: PickedEvents) {
  const title = h("h2", { "aria-live": "polite" });
  const chips = h("div", { class: "chips" });
  const compare = links.to({}, { class: "button small" }, "Compare");
  const motifs = links.to({}, { class: "button small", title: "Motifs of these classes, against all others" }, "Motifs");
  const clear = h("button", { class: "button small", title: "Esc", onclick: events.clear }, "Clear");
  const actions = h("div", { class: "actions" }, compare, motifs, clear);
  host.append(title, chips, actions, keep);

  return function update(picked: readonly number[], name: (index: number) => string): void {
    host.hidden = picked.length === 0;
    if (!picked.length) return;
    title.textContent = `${plural(picked.length, "class", "classes")} picked`;
    redraw(chips, () => {
      const named = picked.slice(0, NAMED).map((index) => h("button", { class: "chip", title: `Take ${name(index)} out`, onclick: () => events.drop(index) }, `${name(index)} ×`));
      chips.replaceChildren(...named, ...(picked.length > NAMED ? [h("span", { class: "second" }, `and ${picked.length - NAMED} more`)] : []));
    });
    compare.hidden = picked.length < 2;
    links.turn(compare, { room: "compare", classes: picked, pin: null });
    links.turn(motifs, { room: "motifs", of: picked.join(), against: "others", pin: null });
  };
}
