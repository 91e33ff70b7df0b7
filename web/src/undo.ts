// What is shown of what a room shows, as steps that can be undone: thresholds, filters, looks.
import type { Change, Room, State, Store } from "./state";
import { must } from "./must";

/** What can be undone, as it is called. */
const NAMES: Partial<Record<keyof State, string>> = {
  score: "score",
  min: "importance",
  weight: "edge weight",
  weighed: "edge weight by",
  width: "width",
  height: "height",
  size: "size of pictures",
  kinds: "edges drawn",
  probable: "probability",
  lanes: "lanes",
  threshold: "threshold",
  unified: "threshold of the network",
  deadEnds: "dead ends",
  show: "pictures",
  rows: "lowest row",
  operation: "operation",
  atLeast: "least number of classes",
  look: "look",
  sort: "order",
  group: "group",
  layer: "layer",
  colours: "colours",
  company: "groups counted",
  of: "classes",
  against: "contrast",
  around: "channel",
  shape: "shape",
  length: "length",
  support: "support",
};
const KEYS = Object.keys(NAMES) as (keyof State)[];
const TOGETHER = 1000; // ms: changes of the same thing in quick succession are one step

export interface Step {
  readonly words: string; // "importance 0 → 120"
  readonly from: Change;
  readonly to: Change;
}

export interface Undo {
  /** Nothing where there is nothing to undo in the room that is shown. */
  undo(): void;
  redo(): void;
  /** What would be undone and done again; null: nothing. */
  next(): { readonly undo: Step | null; readonly redo: Step | null };
}

interface Past {
  readonly done: Step[];
  undone: Step[];
  at: number; // when the last step was made, in ms
}

type List = "done" | "undone";

/** Follows the store from now on, each room by itself.  now  ms */
export function createUndo(store: Store, now: () => number = () => performance.now()): Undo {
  const pasts = new Map<Room, Past>();
  let last = store.get();

  const pastOf = (room: Room): Past => pasts.get(room) ?? must(pasts.set(room, { done: [], undone: [], at: -Infinity }).get(room));
  /** The last one that leads from or to what is shown: rooms share some of what they show, and the browser goes several steps at once. */
  const fitting = (list: List, end: "from" | "to"): Step | null =>
    pastOf(store.get().room)[list].findLast(({ [end]: change }) => alike(change, only(store.get(), Object.keys(change) as (keyof State)[]))) ?? null;

  /** The browser's Back and Forward take the steps that they made. */
  function follow(past: Past, from: Change, to: Change): void {
    const isStep = (step: Step | undefined, a: Change, b: Change) => step && alike(step.from, a) && alike(step.to, b);
    if (isStep(past.done.at(-1), to, from)) past.undone.push(must(past.done.pop()));
    else if (isStep(past.undone.at(-1), from, to)) past.done.push(must(past.undone.pop()));
  }

  store.subscribe((state, isChosen) => {
    const before = last;
    last = state;
    if (before.room !== state.room || before.model !== state.model) return;
    const changed = KEYS.filter((key) => said(before[key]) !== said(state[key]));
    if (!changed.length) return;
    const past = pastOf(state.room);
    if (!isChosen) return follow(past, only(before, changed), only(state, changed));
    const former = past.done.at(-1);
    const isSame = former !== undefined && now() - past.at < TOGETHER && !past.undone.length && Object.keys(former.to).join() === changed.join();
    const from = isSame ? former.from : only(before, changed);
    if (isSame) past.done.pop();
    const to = only(state, changed);
    if (!alike(from, to)) past.done.push({ words: tell(from, to), from, to });
    past.undone = [];
    past.at = now();
  });

  /** Those after it fit no longer, and go. */
  function take(from: List, to: List, end: "from" | "to", other: "from" | "to"): void {
    const past = pastOf(store.get().room);
    const step = fitting(from, end);
    if (!step) return;
    past[from].length = past[from].indexOf(step);
    past[to].push(step);
    last = { ...last, ...step[other] }; // it is no step itself
    store.set(step[other]);
  }

  return {
    undo: () => take("done", "undone", "to", "from"),
    redo: () => take("undone", "done", "from", "to"),
    next: () => ({ undo: fitting("done", "to"), redo: fitting("undone", "from") }),
  };
}

const alike = (a: Change, b: Change): boolean => JSON.stringify(a) === JSON.stringify(b);

const only = (state: State, keys: readonly (keyof State)[]): Change => Object.fromEntries(keys.map((key) => [key, state[key]]));

const tell = (from: Change, to: Change): string =>
  (Object.keys(to) as (keyof State)[]).map((key) => `${NAMES[key]} ${said(from[key])} → ${said(to[key])}`).join(", ");

/** A value as it is told in a few letters. */
const said = (value: State[keyof State] | undefined): string =>
  value === null || value === undefined ? "default" : value === true ? "on" : value === false ? "off" : Array.isArray(value) ? value.join(", ") || "default" : String(value).toLowerCase().replaceAll("_", " ");
