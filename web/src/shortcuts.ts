// Keys that work anywhere on the page, except while typing.
import type { Room } from "./state";

export interface Shortcuts {
  search(): void;
  help(): void;
  fit(): void;
  zoom(factor: number): void;
  trace(): void;
  table(): void;
  release(): void;
  undo(): void;
  redo(): void;
  full(): void;
  go(room: Room): void;
}

const ROOMS: Readonly<Record<string, Room>> = { e: "explore", a: "map", c: "compare", m: "motifs", q: "query" };
const SECOND = 1000; // ms between "g" and the room's letter

/** What is typed into a text field is undone there. */
const TEXT = "input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable]";

export function shortcuts(page: Document, { search, help, fit, zoom, trace, table, release, undo, redo, full, go }: Shortcuts): void {
  let leader = 0; // when "g" was pressed
  page.addEventListener("keydown", (event) => {
    if (event.key !== "?" && page.querySelector("dialog[open]")) return; // the page behind it rests
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z" && !isIn(event.target, TEXT)) {
      event.preventDefault();
      return event.shiftKey ? redo() : undo();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isIn(event.target, TYPING)) return;
    if (event.key === "Escape" && page.querySelector(":popover-open")) return; // that is closed by it
    const room = ROOMS[event.key];
    if (room && event.timeStamp - leader < SECOND) return go(room);
    leader = event.key === "g" ? event.timeStamp : 0;
    const act = { "/": search, "?": help, "0": fit, "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), t: trace, d: table, f: full, Escape: release }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Fields that take single keys for themselves. */
export const TYPING = "input:not([type=range]), textarea, select, [contenteditable]";
const isIn = (target: EventTarget | null, fields: string): boolean => target instanceof HTMLElement && target.matches(fields);
