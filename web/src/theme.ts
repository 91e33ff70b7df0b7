// Light or dark: as the system has it, until somebody chooses the other one.
import { mark } from "./dom";
import { storageOf } from "./storage";

type Theme = "light" | "dark";

const PLACE = "summit-theme";
const root = document.documentElement;
const system = window.matchMedia("(prefers-color-scheme: dark)");
const storage = storageOf(() => localStorage);
const changes = new EventTarget();

const ofSystem = (): Theme => (system.matches ? "dark" : "light");
const chosen = (): string | null => root.getAttribute("data-theme");
const changed = () => changes.dispatchEvent(new Event("change"));

/** What the page is shown in. */
export const theme = (): Theme => (chosen() ?? ofSystem()) as Theme;

/** Calls back when the theme changes, until `gone` is aborted. */
export const onTheme = (call: () => void, gone?: AbortSignal): void => changes.addEventListener("change", call, gone ? { signal: gone } : {});

/** Does something while the page is light, before it is drawn again: what is read of its style is as on paper. */
export function inLight<T>(work: () => T): T {
  const kept = chosen();
  mark(root, "data-theme", "light");
  const found = work();
  mark(root, "data-theme", kept);
  return found;
}

/** The other one. Where the system has it so anyway, the page follows the system again. */
export function turnTheme(): void {
  const next = theme() === "dark" ? "light" : "dark";
  choose(next === ofSystem() ? null : next);
  changed();
}

/** The choice of an earlier visit. */
export function startTheme(): void {
  const kept = storage?.getItem(PLACE);
  if (kept === "light" || kept === "dark") choose(kept);
  system.addEventListener("change", changed);
}

function choose(next: Theme | null): void {
  mark(root, "data-theme", next);
  try {
    if (next) storage?.setItem(PLACE, next);
    else storage?.removeItem(PLACE);
  } catch {
    return; // a full storage: the choice holds for this visit
  }
}
