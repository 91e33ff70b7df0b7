// Long work under way, as one line per piece in the corner. A screen reader hears of its beginning and its end.
import { h } from "../dom";
import { followWork } from "../following";
import { running, sentenceOf, spoken, type Work } from "../work";

const MOST_LINES = 4;

/** url  of the service's events. Nothing is asked while the page is not seen. */
export function workView(host: HTMLElement, url: string): void {
  const list = h("ul", { class: "work", "aria-label": "Work under way", hidden: true });
  const told = h("p", { class: "unseen", role: "status" });
  const seen = new Set<string>(); // ids of work that ran while this page listened
  host.append(list, told);
  const ports = { look, listen: () => new EventSource(url), get hidden() { return document.hidden; } };
  document.addEventListener("visibilitychange", followWork(ports, show));

  function show(works: readonly Work[]): void {
    const now = running(works);
    for (const { id } of now) seen.add(id);
    const lines = now.slice(0, MOST_LINES).map((work) => h("li", {}, sentenceOf(work)));
    if (now.length > MOST_LINES) lines.push(h("li", {}, `and ${now.length - MOST_LINES} more`));
    list.hidden = now.length === 0;
    list.replaceChildren(...lines);
    const words = spoken(works, seen);
    if (told.textContent !== words) told.textContent = words;
  }

  async function look(): Promise<Work[]> {
    const response = await fetch(`${url}?once=true`);
    return response.ok ? ((await response.json()) as Work[]) : [];
  }
}
