// What the colours of the map mean. Groups can be taken out and added, or give way to accuracy.
import { h, mark, redraw, write } from "../../dom";
import { percent } from "../../format";
import { STEPS } from "../../layout/map/paint";
import { picker } from "../picker";
import type { Finding } from "../combobox";
import { keyOf } from "./key";

export interface ShownGroup {
  readonly key: string;
  readonly name: string;
  readonly look: number;
}

export interface ShownLegend {
  readonly byAccuracy: boolean;
  readonly hasAccuracy: boolean;
  readonly hasGroups: boolean;
  readonly hasOthers: boolean; // points of no group, or of unknown accuracy
  readonly groups: readonly ShownGroup[];
}

export interface LegendEvents {
  find(text: string): Promise<readonly Finding[]>;
  remove(key: string): void;
  accuracy(on: boolean): void;
}

export function legendView(host: HTMLElement, events: LegendEvents) {
  const items = h("div", { class: "items" });
  const add = picker("Add a group", { label: "Find a group to colour", find: events.find });
  const ways = (["groups", "accuracy"] as const).map((way) => {
    return { way, button: h("button", { class: "button small", onclick: () => events.accuracy(way === "accuracy") }, way) };
  });
  const choice = h("div", { class: "joined", role: "group", "aria-label": "Colours of the points" }, ...ways.map(({ button }) => button));
  host.append(choice, items, add.element);

  let drawn = "";

  return function update(next: ShownLegend): void {
    const text = JSON.stringify(next);
    if (text === drawn) return;
    drawn = text;
    const { byAccuracy, hasAccuracy, hasGroups, hasOthers, groups } = next;
    choice.hidden = !hasAccuracy;
    add.element.hidden = byAccuracy || !hasGroups;
    for (const { way, button } of ways) {
      mark(button, "aria-pressed", String((way === "accuracy") === byAccuracy));
      if (way === "groups") write(button, hasGroups ? way : "none"); // of the colours
    }
    const rest = (text: string) => h("span", { class: "item" }, h("i", { class: "rest" }), text);
    const shown = byAccuracy
      ? [...Array.from({ length: STEPS }, (_, k) => step(k)), ...(hasOthers ? [rest("unknown")] : [])]
      : [...groups.map((group) => item(group, events.remove)), ...(groups.length && hasOthers ? [rest("other")] : [])];
    redraw(items, () => items.replaceChildren(...shown));
  };
}

const item = ({ key, name, look }: ShownGroup, remove: (key: string) => void): HTMLElement =>
  h("span", { class: "item" }, keyOf(look), name, h("button", { class: "quiet", "aria-label": `Take ${name} out`, onclick: () => remove(key) }, "×"));

const step = (k: number): HTMLElement =>
  h("span", { class: "item" }, h("i", { style: `--tone: var(--step-${k + 1})` }), `${(100 * k) / STEPS}–${percent((k + 1) / STEPS)}`);
