// The presence matrix of three and more classes, as a real table. Tab reaches one channel, the arrow keys the others.
import { h, walkItems } from "../dom";
import { hundredths, number, plural, withName } from "../format";
import type { MatrixBlock, MatrixLine } from "../layout/matrix";
import type { ClassName } from "../types";
import type { Units } from "../units";
import { thumb } from "./detail";
import { groundOf } from "./tones";

export interface MatrixEvents {
  readonly beside: Element; // tells about what has the keyboard's focus, which may go there without being lost
  point(id: string | null): void;
  pin(id: string): void;
  nameOf(id: string): string | null; // that somebody gave
}

export interface Matrix {
  readonly classes: readonly ClassName[];
  readonly blocks: readonly MatrixBlock[];
  readonly pinned: string | null;
}

export function matrixView(host: HTMLElement, { count: unit }: Units, events: MatrixEvents) {
  const table = h("table", { class: "matrix" });
  host.append(h("div", { class: "scroll matrixhost", tabindex: "-1" }, table));
  walkItems(table, "button");

  function drawLine(line: MatrixLine, pinned: string | null): HTMLElement {
    const { channel, cells, present } = line;
    const name = `${channel.layer}/${channel.index}`;
    const button = h("button", { class: "neighbour", "aria-pressed": String(channel.id === pinned), "data-channel": channel.id, tabindex: -1 });
    const picture = thumb(channel.pictures?.thumbnail ?? null, name, 28);
    button.append(...(picture ? [picture] : []), h("span", {}, withName(String(channel.index), events.nameOf(channel.id))));
    const row = h("tr", {}, h("th", { scope: "row" }, button));
    cells.forEach((cell, k) => {
      const bar = cell ? h("i", { class: "bar", style: `--part: ${cell.strength.toFixed(3)}; --tone: ${groundOf(k)}` }) : null;
      const title = cell ? plural(cell.count, unit) : "not in its graph";
      row.append(h("td", { class: cell ? "has" : "lacks", title }, bar, cell ? h("span", {}, number(cell.count)) : h("span", { class: "second" }, "·")));
    });
    row.append(h("td", { class: "present second" }, `${present} of ${cells.length}`));
    button.addEventListener("click", () => events.pin(channel.id));
    button.addEventListener("focus", () => events.point(channel.id));
    button.addEventListener("blur", (event) => events.beside.contains(event.relatedTarget as Node | null) || events.point(null));
    row.addEventListener("pointerenter", () => events.point(channel.id));
    row.addEventListener("pointerleave", () => events.point(null));
    return row;
  }

  function drawBlock(block: MatrixBlock, columns: number, pinned: string | null): HTMLElement {
    const body = h("tbody", {});
    const overlap = block.overlap ? `all share ${block.overlap.shared} of ${block.overlap.union}, Jaccard ${hundredths(block.overlap.jaccard)}` : "";
    const shown = `${block.lines.length} of ${number(block.total)}`;
    const title = h("th", { colspan: columns + 2, scope: "rowgroup" }, h("b", {}, block.layer), h("span", { class: "second" }, shown), h("span", { class: "second" }, overlap));
    body.append(h("tr", { class: "block" }, title), ...block.lines.map((line) => drawLine(line, pinned)));
    return body;
  }

  return function update(matrix: Matrix | null): void {
    host.hidden = matrix === null;
    if (!matrix) return table.replaceChildren();
    const names = matrix.classes.map(({ name }, k) => h("th", { scope: "col", title: name }, h("i", { class: "key", style: `--tone: ${groundOf(k)}` }), name));
    const head = h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "channel"), ...names, h("th", { scope: "col" }, "classes")));
    const held = table.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["channel"] : undefined;
    table.replaceChildren(head, ...matrix.blocks.map((block) => drawBlock(block, matrix.classes.length, matrix.pinned)));
    const buttons = [...table.querySelectorAll("button")];
    const of = (id: string | null | undefined) => buttons.find((button) => button.dataset["channel"] === id);
    (of(matrix.pinned) ?? buttons[0])?.setAttribute("tabindex", "0");
    of(held)?.focus();
  };
}
