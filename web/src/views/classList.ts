// The classes of a model, page by page as the list is scrolled. Tab reaches one of them, the arrow keys the others.
import { h, mark, redraw, walkItems } from "../dom";
import { hundredths, percent } from "../format";
import type { Links } from "../links";
import type { ListedClass } from "../types";

export interface ListedClasses {
  readonly classes: readonly ListedClass[];
  readonly chosen: number | null;
  readonly by: "similarity" | "accuracy" | "index";
  readonly more: boolean;
}

export function classListView(host: HTMLElement, links: Links, events: { more(): void }) {
  const list = h("ul", { class: "classes", "aria-label": "Classes" });
  const end = h("div", { class: "end", "aria-hidden": "true" });
  host.append(list, end);
  let more = false;
  const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && more && events.more(), { root: host, rootMargin: "400px" });
  watcher.observe(end);

  walkItems(list, "a.item");

  let drawn: readonly ListedClass[] = [];
  let drawnBy = "";

  function drawItem(item: ListedClass, by: ListedClasses["by"]): HTMLLIElement {
    const value = { similarity: item.similarity, accuracy: item.accuracy, index: null }[by];
    const note = value === null ? String(item.index) : by === "similarity" ? hundredths(value) : percent(value);
    const title = value === null ? `class ${item.index}` : by === "similarity" ? `cosine similarity ${value.toFixed(4)}` : `accuracy ${percent(value)}`;
    const link = links.to({ room: "explore", class: item.index, pin: null }, { class: "item", title, "data-class": String(item.index) });
    link.append(h("span", { class: "name" }, item.name), h("span", { class: value === null ? "value second" : "value" }, note));
    if (value !== null) link.append(h("i", { class: "bar", style: `--part: ${value.toFixed(4)}` }));
    return h("li", {}, link);
  }

  return function update(next: ListedClasses): void {
    redraw(list, () => draw(next));
  };

  function draw({ classes, chosen, by, more: hasMore }: ListedClasses): void {
    more = hasMore;
    const grown = by === drawnBy && drawn.length <= classes.length && drawn.every((item, k) => item === classes[k]);
    if (!grown) {
      list.replaceChildren();
      host.scrollTop = 0;
    }
    list.append(...classes.slice(list.childElementCount).map((item) => drawItem(item, by)));
    [drawn, drawnBy] = [classes, by];
    const items = [...list.querySelectorAll<HTMLAnchorElement>("a.item")];
    const isChosen = (link: HTMLAnchorElement) => Number(link.dataset["class"]) === chosen;
    const home = items.find(isChosen) ?? items[0];
    for (const link of items) {
      mark(link, "aria-current", isChosen(link) ? "true" : null);
      link.tabIndex = link === home ? 0 : -1;
    }
  }
}
