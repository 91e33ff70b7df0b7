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
  go(room: Room): void;
}

const ROOMS: Readonly<Record<string, Room>> = { e: "explore", a: "map", c: "compare", m: "motifs", q: "query" };
const SECOND = 1000; // ms between "g" and the room's letter

export function shortcuts(page: Document, { search, help, fit, zoom, trace, table, release, go }: Shortcuts): void {
  let leader = 0; // when "g" was pressed
  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key !== "?" && page.querySelector("dialog[open]")) return; // the page behind it rests
    const room = ROOMS[event.key];
    if (room && event.timeStamp - leader < SECOND) return go(room);
    leader = event.key === "g" ? event.timeStamp : 0;
    const act = { "/": search, "?": help, "0": fit, "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), t: trace, d: table, Escape: release }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=range]), textarea, select, [contenteditable]");
}
