// Every class of a model; only the rows that are seen are drawn. The chosen class stays on top, whatever the order.
import { h, mark, shape } from "../dom";
import { fall, odds } from "../drops";
import { hundredths, percent, plural } from "../format";
import { histogramPath, rowsSeen } from "../layout/window";
import type { Links } from "../links";
import type { Change } from "../state";
import type { ListedClass } from "../types";

export interface ListedClasses {
  readonly classes: readonly ListedClass[]; // as far as they are here, in their order, without the chosen one
  readonly total: number; // rows, whether they are here or not
  readonly chosen: ListedClass | null;
  readonly wanted: number | null; // the class that was chosen last; its row may not be on top yet
  readonly users: ReadonlySet<number> | null; // of the pinned channel
  readonly pointed: number | null;
  readonly order: string; // another order begins at the top
}

export interface ListEvents {
  target(index: number): Change;
  need(row: number): void; // a row that is not here is seen
  seen(classes: readonly number[]): void;
  point(index: number | null): void;
}

const ROW = 36; // px, as in the styles
const SPARE = 8;
const BARS = { width: 52, height: 18 }; // px

export function classListView(host: HTMLElement, links: Links, events: ListEvents) {
  const list = h("ul", { class: "classes", "aria-label": "Classes" });
  host.append(list);
  const rows = new Map<number, HTMLLIElement>();
  let shown: ListedClasses | null = null;
  let lastSeen = "";
  let [top, height] = [0, 0]; // px, of what is seen of the list; asking the page for them would lay it out

  const all = (): readonly ListedClass[] => (shown ? [...(shown.chosen ? [shown.chosen] : []), ...shown.classes] : []);
  const pinned = (): number => (shown?.chosen ? 1 : 0);

  function draw(): void {
    if (!shown) return;
    const items = all();
    const { from, to } = rowsSeen(top, height, ROW, shown.total + pinned(), SPARE);
    const wanted = new Map<number, number>(); // index -> row
    items.forEach(({ index }, k) => {
      if ((k >= from && k < to) || (k === 0 && pinned()) || rows.get(index)?.contains(document.activeElement)) wanted.set(index, k);
    });
    for (const [index, row] of rows) if (!wanted.has(index)) (row.remove(), rows.delete(index));
    let before: Element | null = null;
    for (const [index, k] of [...wanted].sort((a, b) => a[1] - b[1])) {
      const item = items[k];
      if (!item) continue;
      const row = rows.get(index) ?? h("li", {});
      rows.set(index, row);
      place(row, item, k);
      if (row.previousElementSibling !== before || row.parentElement !== list) (before ? before.after(row) : list.prepend(row));
      before = row;
    }
    if (to > items.length && items.length < shown.total + pinned()) events.need(to);
    tellSeen();
  }

  function place(row: HTMLLIElement, item: ListedClass, k: number): void {
    if (!shown) return;
    row.classList.toggle("pointed", item.index === shown.pointed);
    const standing = [k, shown.total + pinned(), k === 0 && pinned() === 1, item.index === shown.wanted, shown.users?.has(item.index)].join();
    if (rowContent.get(row) === item && rowStanding.get(row) === standing) return;
    rowStanding.set(row, standing);
    if (rowContent.get(row) !== item) {
      row.replaceChildren(...drawItem(item, links, events.target));
      rowContent.set(row, item);
    }
    const isChosen = k === 0 && pinned() === 1;
    row.style.setProperty("--row", String(k));
    row.classList.toggle("pinned", isChosen);
    row.classList.toggle("wanted", item.index === shown.wanted);
    const isUser = shown.users?.has(item.index) ?? false;
    row.classList.toggle("user", isUser);
    mark(row, "aria-setsize", String(shown.total + pinned()));
    mark(row, "aria-posinset", String(k + 1));
    const link = row.querySelector("a");
    if (!link) return;
    mark(link, "aria-current", item.index === shown.wanted ? "true" : null);
    mark(link, "title", `${tell(item)}${isUser ? ", uses the pinned channel" : ""}`);
    link.tabIndex = k === 0 ? 0 : -1;
  }

  function tellSeen(): void {
    const { from, to } = rowsSeen(top + pinned() * ROW, height - pinned() * ROW, ROW, shown ? shown.total + pinned() : 0, 0);
    const seen = height ? all().slice(Math.max(from, pinned()), to).map(({ index }) => index) : [];
    if (seen.join() === lastSeen) return;
    lastSeen = seen.join();
    events.seen(seen);
  }

  function walk(event: KeyboardEvent): void {
    const row = event.target instanceof Element ? event.target.closest("li") : null;
    const versus = row?.querySelector<HTMLElement>(".versus");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!row || (!step && event.key !== "ArrowRight" && event.key !== "ArrowLeft")) return;
    event.preventDefault();
    if (!step) return (event.key === "ArrowRight" ? versus : row.querySelector("a"))?.focus();
    const k = Number(row.style.getPropertyValue("--row")) + step;
    const next = all()[k];
    if (!next) return;
    const above = k * ROW;
    if (above < top + pinned() * ROW) host.scrollTop = above - pinned() * ROW;
    else if (above + ROW > top + height) host.scrollTop = above + ROW - height;
    look();
    rows.get(next.index)?.querySelector("a")?.focus();
  }

  function look(): void {
    [top, height] = [host.scrollTop, host.clientHeight];
    draw();
  }

  host.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(host);
  list.addEventListener("keydown", walk);
  const pointAt = (event: Event) => {
    const link = event.target instanceof Element ? event.target.closest("li")?.querySelector("a") : null;
    events.point(link ? Number(link.dataset["class"]) : null);
  };
  list.addEventListener("pointerover", pointAt);
  list.addEventListener("focusin", pointAt);
  list.addEventListener("pointerleave", () => events.point(null));

  return {
    update(next: ListedClasses): void {
      const isOther = next.order !== shown?.order;
      const held = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement : null;
      shown = next;
      list.style.setProperty("--rows", String(next.total + pinned()));
      if (isOther && top > 0) host.scrollTop = top = 0;
      draw();
      if (held && !list.contains(document.activeElement)) list.querySelector("a")?.focus();
    },
    /** Marks another row as the one that is pointed at; nothing else changes. */
    point(index: number | null): void {
      if (!shown) return;
      if (shown.pointed !== null) rows.get(shown.pointed)?.classList.remove("pointed");
      if (index !== null) rows.get(index)?.classList.add("pointed");
      shown = { ...shown, pointed: index };
    },
  };
}

const rowContent = new WeakMap<HTMLLIElement, ListedClass>();
const rowStanding = new WeakMap<HTMLLIElement, string>();

function drawItem(item: ListedClass, links: Links, target: ListEvents["target"]): Node[] {
  const { index, name, similarity, accuracy, drop, histogram } = item;
  const link = links.to(target(index), { class: "item", "data-class": String(index) });
  link.append(h("span", { class: "name" }, name));
  link.append(similarity === null ? h("span", { class: "value second" }, String(index)) : h("span", { class: "value" }, hundredths(similarity)));
  const measured = drop === undefined ? accuracy !== null && percent(accuracy) : drop !== null && odds(drop);
  if (measured) link.append(h("span", { class: "value accuracy" }, measured));
  if (histogram) link.append(bars(histogram.truth, histogram.images));
  if (similarity !== null) link.append(h("i", { class: "bar", style: `--part: ${similarity.toFixed(4)}` }));
  const about = `Compare with ${name}`;
  return [link, h("button", { class: "versus", "data-compare": String(index), title: about, "aria-label": about, tabindex: "-1" }, "⇄")];
}

function tell({ index, similarity, accuracy, drop, histogram }: ListedClass): string {
  const words = [`class ${index}`];
  if (similarity !== null) words.push(`cosine similarity ${similarity.toFixed(4)}`);
  if (accuracy !== null) words.push(`accuracy ${percent(accuracy)}`);
  if (drop !== undefined) words.push(drop === null ? "its graph was not checked" : `without its graph's channels, one layer at a time, its log-odds ${fall(drop)}`);
  if (histogram) words.push(`probability of the class from 0 to 1, as shares of ${plural(histogram.images, "image")}`);
  return words.join(", ");
}

const bars = (counts: readonly number[], images: number): SVGSVGElement =>
  shape("svg", { class: "bars", "aria-hidden": "true", viewBox: `0 0 ${BARS.width} ${BARS.height}`, ...BARS }, shape("path", { d: histogramPath(counts, images, BARS.width, BARS.height) }));
