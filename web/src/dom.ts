// A few lines in place of a framework: make an element, and keep only the latest answer.

type Value = string | number | boolean | null | ((event: never) => void);
type Child = Node | string | null;

/** h("button", { class: "quiet", onclick: save }, "Save"). null and false leave an attribute out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** What stands between backquotes, as code. */
export const inCode = (text: string): (Node | string)[] => text.split("`").map((part, k) => (k % 2 ? h("code", {}, part) : part));

/** The same for a shape of an SVG; numbers are rounded to hundredths of a pixel. */
export function shape<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  element.append(...children);
  return element;
}

/** Set or take an attribute. */
export function mark(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return;
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
}

/** Give an element another text; the browser lays nothing out where it is the same. */
export function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** The keys up and down walk from one of the host's items to the next. */
export function walkItems(host: HTMLElement, selector: string): void {
  host.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const items = [...host.querySelectorAll<HTMLElement>(selector)];
    const at = items.findIndex((item) => item === document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    items[at + step]?.focus();
  });
}

/** Draws a part of the page again; what had the keyboard's focus in it gets it back, else what stands in its place. */
export function redraw(host: HTMLElement, draw: () => void): void {
  const held = host.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
  const items = () => [...host.querySelectorAll<HTMLElement>("a, button, input, select, textarea")];
  const at = held ? items().indexOf(held) : -1;
  draw();
  if (!held || host.contains(document.activeElement)) return;
  const now = items();
  const same = now[at] && nameOf(now[at]) === nameOf(held) ? now[at] : now.find((item) => nameOf(item) === nameOf(held));
  (same ?? now[Math.min(at, now.length - 1)])?.focus();
}

const nameOf = (item: HTMLElement): string | null => item.dataset["class"] ?? item.getAttribute("aria-label") ?? item.textContent;

/** Runs what it is given, and forgets the answer of an older run that comes late. */
export function latest() {
  let run = 0;
  function start<T>(answer: Promise<T>, done: (value: T) => void, failed: (error: Error) => void): void {
    const mine = ++run;
    answer
      .then((value) => mine === run && done(value))
      .catch((error: unknown) => mine === run && failed(error instanceof Error ? error : new Error(String(error))));
  }
  /** What is under way is no longer wanted. */
  const forget = (): void => void run++;
  return Object.assign(start, { forget });
}

/** Calls back after `wait` ms of quiet. */
export function debounce<A extends unknown[]>(wait: number, call: (...args: A) => void): (...args: A) => void {
  let timer = 0;
  return (...args) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => call(...args), wait);
  };
}

/** Calls back in the next frame, once however often it was asked, and not after `gone`; at once in a hidden tab, which has no frames. */
export function nextFrame(call: () => void, gone?: AbortSignal): () => void {
  let frame = 0;
  return () => {
    cancelAnimationFrame(frame);
    if (document.hidden) return void (gone?.aborted || call());
    frame = requestAnimationFrame(() => gone?.aborted || call());
  };
}

const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");

/** ms for a morph; none for people who asked for no motion. */
export const motion = (): number => (stillness.matches ? 0 : 220);
