// A tour of the page in four steps: a card that leaves the page as usable as it is, and a ring around what it speaks of.
import { h, motion } from "../dom";
import { fetchText } from "../fetchText";
import address from "./tour.json?url&no-inline";
import { must } from "../must";

interface Step {
  readonly at: string; // what it speaks of, in the room that is shown or in the header
  readonly title: string;
  readonly words: string;
}

const TYPING = "input, textarea, select";
const FOLLOWING = 250; // ms: what it speaks of may move, or go

/**
 * Begins with the first step; where the tour is under way, its card gets the focus. Rejects where its words cannot be had.
 * host   of the page
 * ready  its words are here
 */
export async function startTour(host: HTMLElement, ready: () => void = () => undefined): Promise<void> {
  const steps = JSON.parse(await fetchText(address)) as readonly Step[];
  ready();
  const running = host.querySelector<HTMLElement>(".tour button");
  if (running) return running.focus();
  const former = document.activeElement;
  const title = h("h2", { id: "tour-title" });
  const words = h("p", { id: "tour-words" });
  const count = h("span", { class: "second" });
  const back = h("button", { class: "button", onclick: () => go(at - 1) }, "Back");
  const next = h("button", { class: "button main", onclick: () => (at + 1 < steps.length ? go(at + 1) : end()) });
  const close = h("button", { class: "quiet close", "aria-label": "End the tour", title: "End the tour (Esc)", onclick: end }, "×");
  const ring = h("div", { class: "tourring", "aria-hidden": "true" });
  const told = h("div", { "aria-live": "polite" }, title, words);
  const card = h("div", { class: "tour", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-words" }, told, h("div", { class: "actions" }, next, back, count), close);
  const gone = new AbortController();
  let at = 0;

  function go(step: number): void {
    at = step;
    const { title: called, words: text } = must(steps[at]);
    [title.textContent, words.textContent] = [called, text];
    count.textContent = `${at + 1} of ${steps.length}`;
    next.textContent = at + 1 < steps.length ? "Next" : "Done";
    back.hidden = at === 0;
    if (back.hidden && !document.activeElement?.matches(TYPING)) next.focus();
    target()?.scrollIntoView({ block: "nearest", behavior: motion() ? "smooth" : "instant" });
    surround();
  }

  function target(): HTMLElement | null {
    const { at: place } = must(steps[at]);
    return document.querySelector<HTMLElement>(`.room:not([hidden]) > ${place}, .room:not([hidden]) > .middle > ${place}, header ${place}`);
  }

  function surround(): void {
    const box = target()?.getBoundingClientRect();
    ring.hidden = !box?.width;
    if (box) Object.assign(ring.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` });
  }

  function end(): void {
    gone.abort();
    clearInterval(timer);
    const isHere = card.contains(document.activeElement);
    card.remove();
    ring.remove();
    if (isHere && former instanceof HTMLElement && former !== document.body && former.checkVisibility()) former.focus();
    else if (isHere) document.querySelector<HTMLElement>(".room:not([hidden])")?.focus();
  }

  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || (event.target as Element).matches(TYPING) || document.querySelector("dialog[open], :popover-open")) return;
    event.stopPropagation(); // it releases nothing
    end();
  };
  window.addEventListener("keydown", leave, { capture: true, signal: gone.signal });
  const timer = setInterval(surround, FOLLOWING);
  for (const moves of ["resize", "scroll"]) window.addEventListener(moves, surround, { capture: true, signal: gone.signal });
  host.append(ring, card);
  go(0);
}
