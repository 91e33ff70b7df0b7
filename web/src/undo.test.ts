import { expect, test } from "vitest";
import { type Change, START, type State, type Store } from "./state";
import { createUndo } from "./undo";

/** A store without a browser, and a clock that stands still unless it is moved. */
function page() {
  let state: State = { ...START, model: "m" };
  const listeners: ((state: State, isChosen: boolean) => void)[] = [];
  const store: Store = {
    get: () => state,
    left: () => null,
    set(change: Change, step?: string) {
      state = { ...state, ...change };
      listeners.forEach((listener) => listener(state, step !== "correct"));
    },
    subscribe: (listener) => void listeners.push(listener),
  };
  const clock = { now: 0 };
  return { store, clock, undo: createUndo(store, () => clock.now) };
}

test("a filter is undone and done again, and each step says what it changes", () => {
  const { store, clock, undo } = page();
  store.set({ min: 120 });
  clock.now = 5000;
  store.set({ lanes: false, kinds: "skips" });
  expect(undo.next()).toMatchObject({ undo: { words: "edges drawn all → skips, lanes on → off" }, redo: null });
  undo.undo();
  expect(store.get()).toMatchObject({ min: 120, lanes: true, kinds: "all" });
  expect(undo.next()).toMatchObject({ undo: { words: "importance 0 → 120" }, redo: { words: "edges drawn all → skips, lanes on → off" } });
  undo.undo();
  expect(store.get().min).toBe(0);
  undo.undo();
  undo.redo();
  undo.redo();
  expect(store.get()).toMatchObject({ min: 120, lanes: false, kinds: "skips" });
  expect(undo.next().redo).toBeNull();
});

test("one movement of a slider is one step, and one that ends where it began is none", () => {
  const { store, clock, undo } = page();
  for (const threshold of [8, 9, 10]) {
    clock.now += 300;
    store.set({ threshold });
  }
  undo.undo();
  expect(store.get().threshold).toBeNull();
  expect(undo.next().undo).toBeNull();
  clock.now += 5000;
  store.set({ weight: 7 });
  store.set({ weight: 0 });
  expect(undo.next().undo).toBeNull();
});

test("a change after an undo ends what could be done again", () => {
  const { store, undo } = page();
  store.set({ min: 120 });
  undo.undo();
  store.set({ min: 60 });
  expect(undo.next()).toMatchObject({ undo: { words: "importance 0 → 60" }, redo: null });
});

test("each room has its own steps; classes, pins and rooms are no steps", () => {
  const { store, undo } = page();
  store.set({ min: 120 });
  store.set({ class: 3, pin: "low/1" });
  store.set({ room: "compare" });
  expect(undo.next()).toEqual({ undo: null, redo: null });
  undo.undo();
  expect(store.get().min).toBe(120);
  store.set({ room: "explore", class: 3 });
  undo.undo();
  expect(store.get()).toMatchObject({ min: 0, class: 3 });
});

test("the browser's Back and Forward take steps back and forward, and nothing of them is lost", () => {
  const { store, undo } = page();
  store.set({ threshold: 8 });
  store.set({ unified: true });
  store.set({ unified: false }, "correct"); // as the browser goes back
  expect(undo.next()).toMatchObject({ undo: { words: "threshold default → 8" }, redo: { words: "threshold of the network off → on" } });
  undo.redo();
  expect(store.get()).toMatchObject({ threshold: 8, unified: true });
});

test("a step that does not fit what is shown is kept until it fits again, and looking at it changes nothing", () => {
  const { store, undo } = page();
  store.set({ threshold: 8 });
  store.set({ unified: true });
  store.set({ threshold: null, unified: false }, "correct"); // two steps back at once
  expect(undo.next()).toEqual({ undo: null, redo: null });
  undo.undo();
  store.set({ threshold: 8, unified: true }, "correct"); // and forward
  expect(undo.next()).toMatchObject({ undo: { words: "threshold of the network off → on" } });
  undo.undo();
  undo.undo();
  expect(store.get()).toMatchObject({ threshold: null, unified: false });
  undo.redo();
  undo.redo();
  expect(store.get()).toMatchObject({ threshold: 8, unified: true });
});

test("a step over one that another room has overtaken takes that one along", () => {
  const { store, undo } = page();
  store.set({ min: 120 });
  store.set({ group: "cats" });
  store.set({ room: "map" });
  store.set({ group: "dogs" });
  store.set({ room: "explore" });
  expect(undo.next()).toMatchObject({ undo: { words: "importance 0 → 120" } });
  undo.undo();
  expect(store.get()).toMatchObject({ min: 0, group: "dogs" });
  expect(undo.next().undo).toBeNull();
  undo.redo();
  expect(store.get()).toMatchObject({ min: 120, group: "dogs" });
});

test("what a room mends while a step is undone is no step", () => {
  const { store, undo } = page();
  store.subscribe(({ layer, min }) => layer !== null && min === 0 && store.set({ layer: null }, "correct"));
  store.set({ min: 120 });
  store.set({ layer: "low" });
  undo.undo();
  undo.undo();
  expect(undo.next()).toMatchObject({ undo: null, redo: { words: "importance 0 → 120" } });
});

test("what another room or the page itself changed is no step", () => {
  const { store, undo } = page();
  store.set({ group: "cats" });
  store.set({ room: "map" });
  store.set({ group: "dogs" });
  store.set({ room: "explore" });
  expect(undo.next().undo).toBeNull();
  store.set({ layer: null, weight: 3 }, "correct");
  expect(undo.next().undo).toBeNull();
});
