// A result as a table: sorted by a click on a column, ids as links, classes with their names.
import { h, mark } from "../dom";
import { shortId } from "../format";
import { type Ids, linkOf } from "../ids";
import type { Links } from "../links";
import { compare, isNumber, wordOf } from "../table";
import type { Table } from "../types";

const SHOWN = 500; // rows drawn; the export has them all

const figure = (value: number | bigint): string => (typeof value === "bigint" || Number.isInteger(value) ? String(value) : value.toPrecision(6));

export function tableView(host: HTMLElement, links: Links, ids: Ids) {
  const table = h("table", { class: "result" });
  const note = h("p", { class: "second" });
  host.append(table, note);
  let sorted: { column: number; down: boolean } | null = null;
  let shown: Table | null = null;
  let names: ReadonlyMap<number, string> = new Map(); // of classes

  function draw(): void {
    if (!shown) return;
    const { columns, rows } = shown;
    const order = sorted === null ? rows : [...rows].sort((a, b) => compare(a[sorted!.column], b[sorted!.column]) * (sorted!.down ? -1 : 1));
    const heads = columns.map((name, column) => {
      const button = h("button", { class: "quiet", onclick: () => sort(column) }, name, h("span", { "aria-hidden": "true" }, arrow(column)));
      const head = h("th", { scope: "col" }, button);
      mark(head, "aria-sort", sorted?.column === column ? (sorted.down ? "descending" : "ascending") : null);
      return head;
    });
    const lines = order.slice(0, SHOWN).map((row) => h("tr", {}, ...row.map(cell)));
    table.replaceChildren(h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...lines));
    note.textContent = rows.length > SHOWN ? `The first ${SHOWN} of ${rows.length} rows are drawn.` : "";
  }

  const arrow = (column: number) => (sorted?.column === column ? (sorted.down ? " ↓" : " ↑") : "");

  function sort(column: number): void {
    sorted = sorted?.column === column && sorted.down ? null : { column, down: sorted?.column === column };
    draw();
  }

  function cell(value: unknown): HTMLElement {
    if (Array.isArray(value)) return h("td", { title: wordOf(value) }, ...value.flatMap((item: unknown, k) => [k ? ", " : "", listed(item)]));
    if (isNumber(value)) return h("td", { class: "value", title: String(value) }, figure(value));
    const text = wordOf(value);
    const change = typeof value === "string" ? linkOf(value, ids) : null;
    const name = names.get(change?.class ?? -1);
    const words = name === undefined ? null : h("span", { class: "second" }, ` ${name}`);
    return h("td", { title: typeof value === "object" ? text : null }, change ? links.to(change, {}, text) : text, words);
  }

  /** An item of a list, in short: the whole list is the cell's title. */
  function listed(item: unknown): Node | string {
    if (isNumber(item)) return figure(item);
    const change = typeof item === "string" ? linkOf(item, ids) : null;
    return change ? links.to(change, {}, names.get(change.class ?? -1) ?? shortId(String(item))) : wordOf(item);
  }

  return function update(next: Table | null, classes: ReadonlyMap<number, string> = new Map()): void {
    host.hidden = next === null;
    [shown, sorted, names] = [next, null, classes];
    draw();
  };
}
