// Rows as a table: sorted by a click on a column, ids as links, classes with their names.
import { h, mark, redraw } from "../dom";
import { figure, plural, shortId } from "../format";
import { type Links, served } from "../links";
import { compare, isNumber, wordOf } from "../table";
import type { Tell } from "../tables/twin";
import type { Table } from "../types";
import { must } from "../must";

const SHOWN = 500; // rows drawn at first

const PERCENT = /, %$/; // a column of these has two decimals: 0.30, not 0.3

type Shown = Pick<Table, "columns" | "rows">;

/** title  of the table, for screen readers */
export function tableView(host: HTMLElement, links: Links, tell: Tell, title: string) {
  const table = h("table", { class: "result", "aria-label": title });
  const note = h("p", { class: "second" });
  host.append(table, note);
  let sorted: { column: number; down: boolean } | null = null;
  let shown: Shown | null = null;
  let isWhole = false; // every row is drawn
  let names: ReadonlyMap<number, string> = new Map(); // of classes
  let pictures: ReadonlyMap<string, string> = new Map(); // of channels

  const draw = (): void => redraw(host, drawRows);

  function drawRows(): void {
    if (!shown) return;
    const { columns, rows } = shown;
    const order = sorted === null ? rows : [...rows].sort((a, b) => compare(a[must(sorted).column], b[must(sorted).column]) * (must(sorted).down ? -1 : 1));
    const heads = columns.map((name, column) => {
      const button = h("button", { class: "quiet", onclick: () => sort(column) }, name, h("span", { "aria-hidden": "true" }, arrow(column)));
      const head = h("th", { scope: "col", class: rows.some((row) => isNumber(row[column])) ? "value" : null }, button);
      mark(head, "aria-sort", sorted?.column === column ? (sorted.down ? "descending" : "ascending") : null);
      return head;
    });
    const lines = order.slice(0, isWhole ? rows.length : SHOWN).map((row) => h("tr", {}, ...row.map((value, k) => cell(value, PERCENT.test(columns[k] ?? "")))));
    table.replaceChildren(h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...lines));
    note.replaceChildren();
    if (isWhole || rows.length <= SHOWN) return;
    const all = h("button", { class: "button small", onclick: () => ((isWhole = true), draw()) }, `Show all ${plural(rows.length, "row")}`);
    note.append(`The first ${SHOWN} of ${plural(rows.length, "row")} are drawn. `, all);
  }

  const arrow = (column: number) => (sorted?.column === column ? (sorted.down ? " ↓" : " ↑") : "");

  function sort(column: number): void {
    sorted = sorted?.column === column && sorted.down ? null : { column, down: sorted?.column === column };
    draw();
  }

  function cell(value: unknown, isPercent: boolean): HTMLElement {
    if (Array.isArray(value)) return h("td", { title: wordOf(value) }, ...value.flatMap((item: unknown, k) => [k ? ", " : "", listed(item)]));
    if (isNumber(value)) return h("td", { class: "value", title: String(value) }, isPercent ? Number(value).toFixed(2) : figure(value));
    const text = wordOf(value);
    const known = typeof value === "string" ? tell(value) : null;
    const name = names.get(known?.change.class ?? -1);
    const words = name === undefined ? null : h("span", { class: "second" }, ` ${name}`);
    return h("td", { title: typeof value === "object" ? text : null }, known ? links.to(known.change, {}, pictureOf(text), known.text) : text, words);
  }

  /** An item of a list, in short: the whole list is the cell's title. */
  function listed(item: unknown): Node | string {
    if (isNumber(item)) return figure(item);
    const known = typeof item === "string" ? tell(item) : null;
    return known ? links.to(known.change, {}, pictureOf(String(item)), names.get(known.change.class ?? -1) ?? (known.text.startsWith(String(item)) ? shortId(known.text) : known.text)) : wordOf(item);
  }

  function pictureOf(id: string): Node | null {
    const picture = pictures.get(id);
    return picture === undefined ? null : h("img", { class: "thumb", src: served(picture), alt: "", width: 24, height: 24 });
  }

  /** Rows of the same columns stay sorted as they are. */
  return function update(next: Shown | null, classes: ReadonlyMap<number, string> = new Map(), thumbnails: ReadonlyMap<string, string> = new Map()): void {
    host.hidden = next === null;
    if (next?.columns.join() !== shown?.columns.join()) [sorted, isWhole] = [null, false];
    [shown, names, pictures] = [next, classes, thumbnails];
    draw();
  };
}
