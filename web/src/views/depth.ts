// All rows of a deep network as a narrow column; a window on it, moved by mouse or keyboard, says which are drawn.
import { h } from "../dom";
import type { Rows } from "../layout/depth";
import type { Layer } from "../types";
import { must } from "../must";

export interface Depth {
  readonly layers: readonly Layer[]; // lowest first
  readonly shown: ReadonlyMap<string, number>; // channels by layer
  readonly rows: Rows;
}

export function depthView(host: HTMLElement, choose: (from: number) => void) {
  const window = h("div", { class: "window" });
  const ticks = h("div", { class: "ticks" });
  const column = h("div", { class: "depth", role: "slider", tabindex: 0, "aria-orientation": "vertical", "aria-label": "Layers drawn", hidden: true });
  column.append(ticks, window);
  host.append(column);
  let depth: Depth | null = null;

  const move = (from: number) => {
    if (!depth) return;
    const highest = depth.layers.length - depth.rows.count;
    const next = Math.min(highest, Math.max(0, Math.round(from)));
    if (next !== depth.rows.from) choose(next);
  };
  const follow = (event: PointerEvent) => {
    if (!depth || event.buttons !== 1) return;
    const { bottom, height } = column.getBoundingClientRect();
    move(((bottom - event.clientY) / height) * depth.layers.length - depth.rows.count / 2);
  };
  column.addEventListener("pointerdown", (event) => {
    column.setPointerCapture(event.pointerId);
    follow(event);
  });
  column.addEventListener("pointermove", follow);
  column.addEventListener("keydown", (event) => {
    if (!depth) return;
    const { from, count } = depth.rows;
    const steps: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1, PageUp: count, PageDown: -count, Home: -from, End: depth.layers.length };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(from + step);
  });

  return function update(next: Depth | null): void {
    depth = next;
    column.hidden = next === null;
    if (!next) return;
    const { layers, shown, rows } = next;
    const most = Math.max(1, ...shown.values());
    const topDown = [...layers].reverse();
    ticks.replaceChildren(
      ...topDown.map(({ name }) => h("i", { title: name, style: `--part: ${((shown.get(name) ?? 0) / most).toFixed(3)}` })),
    );
    window.style.top = `${(100 * (layers.length - rows.from - rows.count)) / layers.length}%`;
    window.style.height = `${(100 * rows.count) / layers.length}%`;
    const [lowest, highest] = [must(layers[rows.from]).name, must(layers[rows.from + rows.count - 1]).name];
    column.setAttribute("aria-valuemin", "0");
    column.setAttribute("aria-valuemax", String(layers.length - rows.count));
    column.setAttribute("aria-valuenow", String(rows.from));
    column.setAttribute("aria-valuetext", `${lowest} to ${highest}`);
  };
}
