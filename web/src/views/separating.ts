// What separates classes, as tables: each line a channel or an edge with its picture, its interval on an axis, and a cell for
// each class that leads to the class's own graph.
import { h, redraw, shape, walkItems } from "../dom";
import { number } from "../format";
import { placed, reachOf, type Value } from "../layout/interval";
import type { Links } from "../links";
import type { Change } from "../state";
import { label, thumb } from "./detail";

export interface Mark extends Value {
  readonly tone: string; // a colour
}

export interface Cell {
  readonly text: string;
  readonly about: string; // in words, with the text in it
  readonly note?: string; // quieter, behind it
  readonly change: Change | null; // where it leads
}

export interface Line {
  readonly id: string; // of a channel, or "source>target"
  readonly name: string;
  readonly pictures: readonly (string | null)[];
  readonly marks: readonly Mark[];
  readonly tone: string; // of the words
  readonly key: string | null; // a background that tells the class before them
  readonly words: string;
  readonly interval: string;
  readonly cells: readonly Cell[];
}

export interface Section {
  readonly key: string; // stays the same for the same question
  readonly title: string;
  readonly notes: readonly (Node | string)[][]; // a paragraph each
  readonly lines: readonly Line[];
  readonly heads: readonly ({ readonly text: string } & Pick<Line, "tone" | "key">)[]; // of the cells
  readonly axis: readonly [left: string, right: string];
  readonly words: string; // head of the words
}

const SHOWN = 12; // lines at first
const AXIS = { width: 176, height: 26 }; // px

export interface SeparatingEvents {
  readonly beside: Element; // tells about what has the keyboard's focus
  point(id: string | null): void;
  pin(id: string): void;
}

/** Draws sections into a host; returns its update. A section that was opened stays so for the same question. */
export function separatingView(host: HTMLElement, links: Links, events: SeparatingEvents) {
  const whole = new Set<string>(); // sections of which all lines are drawn
  let drawn: () => void = () => undefined;
  walkItems(host, "button.neighbour");

  function drawLine(line: Line, reach: number, pinned: string | null): HTMLElement {
    const pictures = line.pictures.map((picture, k) => thumb(picture, line.name.split(" → ")[k] ?? line.name, 28)).filter((image) => image !== null);
    const button = h("button", { class: "neighbour", title: `Pin ${line.name}`, "aria-pressed": String(line.id === pinned), onclick: () => events.pin(line.id) }, ...pictures, h("span", {}, line.name));
    const axis = h("td", { class: "axis" });
    axis.append(drawAxis(line.marks, reach));
    const told = h("td", { class: "told" }, h("b", { style: `color: ${line.tone}` }, keyOf(line), line.words), h("span", { class: "second" }, line.interval));
    const row = h("tr", { "data-id": line.id }, h("th", { scope: "row" }, button), axis, told, ...line.cells.map(drawCell));
    button.addEventListener("focus", () => events.point(line.id));
    button.addEventListener("blur", (event) => events.beside.contains(event.relatedTarget as Node | null) || events.point(null));
    row.addEventListener("pointerenter", () => events.point(line.id));
    row.addEventListener("pointerleave", () => events.point(null));
    return row;
  }

  function drawCell({ text, about, note, change }: Cell): HTMLElement {
    const content = change ? links.to(change, { title: about, "aria-label": about }, text) : h("span", { class: "second", title: about, role: "img", "aria-label": about }, text);
    return h("td", { class: "value" }, content, note ? h("span", { class: "second" }, ` ${note}`) : null);
  }

  function drawSection(section: Section, pinned: string | null): HTMLElement {
    const { key, title, notes, lines, heads, axis, words } = section;
    const shown = whole.has(key) ? lines : lines.slice(0, SHOWN);
    const reach = reachOf(shown.flatMap(({ marks }) => marks));
    const count = lines.length ? `${number(shown.length)} of ${number(lines.length)}` : "";
    const parts: Node[] = [label(title, count), ...notes.map((note) => h("p", { class: "second" }, ...note))];
    if (lines[0]) {
      const columns = heads.map((of) => h("th", { scope: "col", class: "value", style: `color: ${of.tone}` }, keyOf(of), of.text));
      const scale = h("th", { scope: "col", class: "axis" }, h("span", {}, `← ${axis[0]}`), h("span", {}, `${axis[1]} →`));
      const head = h("thead", {}, h("tr", {}, h("th", { scope: "col" }, lines[0].id.includes(">") ? "edge" : "channel"), scale, h("th", { scope: "col" }, words), ...columns));
      const table = h("table", { class: "separating", "aria-label": title }, head, h("tbody", {}, ...shown.map((line) => drawLine(line, reach, pinned))));
      parts.push(h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": `${title}, a table` }, table));
    }
    if (lines.length > SHOWN) {
      const turn = () => (whole.has(key) ? whole.delete(key) : whole.add(key), drawn());
      parts.push(h("button", { class: "button small", onclick: turn }, whole.has(key) ? `Show the first ${SHOWN}` : `Show all ${number(lines.length)}`));
    }
    return h("section", {}, ...parts);
  }

  /** A wide table stays where it was scrolled to, and keeps the focus that scrolls it. */
  function keepPlaces(draw: () => void): void {
    const tables = () => [...host.querySelectorAll<HTMLElement>(".wide")].map((table) => [table.getAttribute("aria-label"), table] as const);
    const former = new Map(tables().map(([name, table]) => [name, { left: table.scrollLeft, isHeld: table === document.activeElement }]));
    draw();
    for (const [name, table] of tables()) {
      const { left = 0, isHeld = false } = former.get(name) ?? {};
      if (left) table.scrollLeft = left;
      if (isHeld) table.focus({ preventScroll: true });
    }
  }

  return function update(head: readonly Node[], sections: readonly Section[], pinned: string | null): void {
    drawn = () => keepPlaces(() => redraw(host, () => host.replaceChildren(...head, ...sections.map((section) => drawSection(section, pinned)))));
    drawn();
  };
}

const keyOf = ({ key }: Pick<Line, "key">): HTMLElement | null => (key === null ? null : h("i", { class: "key", style: `--tone: ${key}` }));

function drawAxis(marks: readonly Mark[], reach: number): SVGSVGElement {
  const svg = shape("svg", { class: "interval", "aria-hidden": "true", viewBox: `0 0 ${AXIS.width} ${AXIS.height}`, ...AXIS });
  svg.append(shape("line", { class: "even", x1: AXIS.width / 2, x2: AXIS.width / 2, y1: 0, y2: AXIS.height }));
  marks.forEach((mark, k) => {
    const { x, from, to, isCut } = placed(mark, reach, AXIS.width);
    const y = (AXIS.height * (k + 1)) / (marks.length + 1);
    svg.append(shape("line", { x1: from, x2: to, y1: y, y2: y, stroke: mark.tone, "stroke-width": 2, ...(isCut ? { "stroke-dasharray": "3 2" } : {}) }));
    svg.append(shape("circle", { cx: x, cy: y, r: marks.length > 4 ? 2.5 : 4, fill: mark.tone }));
  });
  return svg;
}
