// Of which groups a class's nearest are, layer by layer, as stacked bars. Groups can be taken out and added.
import { h, mark, redraw } from "../../dom";
import type { Finding } from "../combobox";
import { remember } from "../../remember";
import { label } from "../detail";
import { picker } from "../picker";
import { faultLine } from "../status";
import { barLook, keyOf } from "./key";
import type { ShownGroup } from "./legend";

export interface CompanyRow {
  readonly layer: string;
  readonly counts: readonly (number | null)[]; // one per group; null: not known, or not yet
}

export interface ShownCompany {
  readonly rows: readonly CompanyRow[]; // highest layer first
  readonly groups: readonly ShownGroup[];
  readonly isChosen: boolean; // the groups were chosen, not suggested
  readonly error: Error | null; // why not all of them are known
  readonly neighbours: number; // a full bar
  readonly layer: string; // of the map
}

export interface CompanyEvents {
  find(text: string): Promise<readonly Finding[]>;
  remove(key: string): void;
  choose(layer: string): void;
  retry(): void; // asks again for what is not known
}

const LEAST = 2; // suggested groups
const UNKNOWN = "–";

export function companyView(host: HTMLElement, events: CompanyEvents) {
  const add = picker("Add a group", { label: "Find a group to count", find: events.find });
  const heading = h("p", { class: "second" });
  const legend = h("div", { class: "items" });
  const bars = h("div", { class: "company" });
  const fault = faultLine("second", events.retry);
  host.append(label("Company it keeps"), heading, legend, bars, fault.element, add.element);

  function sign({ key, name, look }: ShownGroup, removable: boolean): HTMLElement {
    const out = () => h("button", { class: "quiet", "aria-label": `Do not count ${name}`, onclick: () => events.remove(key) }, "×");
    return h("span", { class: "item" }, keyOf(look), name, removable ? out() : null);
  }

  const draw = remember((rows: readonly CompanyRow[], groups: readonly ShownGroup[], isChosen: boolean, neighbours: number): void => {
    heading.textContent = groups.length ? `Its ${neighbours} nearest, by layer` : "";
    redraw(legend, () => legend.replaceChildren(...groups.map((group) => sign(group, isChosen || groups.length > LEAST))));
    redraw(bars, () => bars.replaceChildren(...rows.map((row) => drawRow(row, groups, neighbours, events.choose))));
  });

  return function update(shown: ShownCompany | null): void {
    host.hidden = shown === null;
    if (!shown) return;
    draw(shown.rows, shown.groups, shown.isChosen, shown.neighbours);
    fault.say(shown.error);
    for (const row of bars.querySelectorAll<HTMLElement>(".row")) mark(row, "aria-pressed", String(row.dataset["layer"] === shown.layer));
  };
}

function drawRow({ layer, counts }: CompanyRow, groups: readonly ShownGroup[], neighbours: number, choose: (layer: string) => void): HTMLElement {
  const told = `${layer}: ${groups.map(({ name }, k) => `${counts[k] ?? UNKNOWN} ${name}`).join(", ")}`;
  const full = Math.max(neighbours, counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)); // a class may be in two of the groups
  const parts = groups.map(({ look }, k) => {
    const { class: kind, style } = barLook(look);
    return h("i", { class: kind, style: `${style}; --part: ${((counts[k] ?? 0) / full).toFixed(4)}` });
  });
  const row = h("button", { class: "row", title: told, "data-layer": layer, onclick: () => choose(layer) });
  row.append(h("span", { class: "name" }, layer), h("span", { class: "stack" }, ...parts), h("span", { class: "value" }, counts.map((count) => count ?? UNKNOWN).join(" · ")));
  return row;
}
