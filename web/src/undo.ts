// What is shown of what a room shows, as steps that can be undone: thresholds, filters, looks.
import type { Change, Room, State, Store } from "./state";

/** What can be undone, as it is called. */
const NAMES: Partial<Record<keyof State, string>> = {
  score: "score",
  min: "importance",
  weight: "edge weight",
  width: "width",
  height: "height",
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

/** Follows the store from now on, each room by itself.  now  ms */
export function createUndo(store: Store, now: () => number = () => performance.now()): Undo {
  const pasts = new Map<Room, Past>();
  let last = store.get();
  let isOurs = false; // the change that is under way

  const pastOf = (room: Room): Past => pasts.get(room) ?? pasts.set(room, { done: [], undone: [], at: -Infinity }).get(room)!;
  const here = () => pastOf(store.get().room);

  store.subscribe((state) => {
    const before = last;
    last = state;
    if (isOurs || before.room !== state.room || before.model !== state.model) return;
    const changed = KEYS.filter((key) => said(before[key]) !== said(state[key]));
    if (!changed.length) return;
    const past = pastOf(state.room);
    const former = past.done.at(-1);
    const isSame = former !== undefined && now() - past.at < TOGETHER && !past.undone.length && Object.keys(former.to).join() === changed.join();
    const from = isSame ? former.from : only(before, changed);
    if (isSame) past.done.pop();
    const to = only(state, changed);
    if (JSON.stringify(from) !== JSON.stringify(to)) past.done.push({ words: tell(from, to), from, to });
    past.undone = [];
    past.at = now();
  });

  function apply(change: Change): void {
    isOurs = true;
    store.set(change);
    isOurs = false;
  }

  return {
    undo(): void {
      const past = here();
      const step = past.done.pop();
      if (!step) return;
      past.undone.push(step);
      apply(step.from);
    },
    redo(): void {
      const past = here();
      const step = past.undone.pop();
      if (!step) return;
      past.done.push(step);
      apply(step.to);
    },
    next: () => ({ undo: here().done.at(-1) ?? null, redo: here().undone.at(-1) ?? null }),
  };
}

const only = (state: State, keys: readonly (keyof State)[]): Change => Object.fromEntries(keys.map((key) => [key, state[key]]));

const tell = (from: Change, to: Change): string =>
  (Object.keys(to) as (keyof State)[]).map((key) => `${NAMES[key]} ${said(from[key])} → ${said(to[key])}`).join(", ");

/** A value as it is told in a few letters. */
const said = (value: State[keyof State] | undefined): string =>
  value === null || value === undefined ? "as usual" : value === true ? "on" : value === false ? "off" : Array.isArray(value) ? value.join(", ") || "as usual" : String(value).toLowerCase().replaceAll("_", " ");
