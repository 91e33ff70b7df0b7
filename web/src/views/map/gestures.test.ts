import { expect, test, vi } from "vitest";
import { type Gestures, listenTo } from "./gestures";

/** A canvas whose lasso button ends with the first lasso, as the map's does. */
function canvasOf() {
  const canvas = Object.assign(new EventTarget(), { setPointerCapture: () => undefined });
  const state = { isLassoing: false };
  const press = vi.fn();
  const lasso = vi.fn((_line: unknown, isDone: boolean) => void (state.isLassoing &&= !isDone));
  const [hover, pressTwice, add, walk, enter] = [vi.fn(), vi.fn(), vi.fn(), vi.fn(), vi.fn()];
  listenTo(canvas as unknown as HTMLCanvasElement, () => state.isLassoing, { hover, press, pressTwice, add, lasso, walk, enter } satisfies Gestures);
  const tell = (type: string, x: number, y: number) => canvas.dispatchEvent(Object.assign(new Event(type), { button: 0, pointerId: 1, shiftKey: false, offsetX: x, offsetY: y }));
  return { state, press, lasso, tell };
}

test("the click at the end of a lasso chooses nothing, the next one does", () => {
  const { state, press, lasso, tell } = canvasOf();
  state.isLassoing = true;
  tell("pointerdown", 0, 0);
  tell("pointermove", 50, 0);
  tell("pointerup", 50, 50);
  tell("click", 50, 50);
  expect(lasso).toHaveBeenLastCalledWith([[0, 0], [50, 0]], true);
  expect(press).not.toHaveBeenCalled();
  for (const type of ["pointerdown", "pointerup", "click"]) tell(type, 9, 9);
  expect(press.mock.calls).toEqual([[[9, 9]]]);
});

test("a click while the lasso waits chooses once", () => {
  const { state, press, tell } = canvasOf();
  state.isLassoing = true;
  for (const type of ["pointerdown", "pointerup", "click"]) tell(type, 9, 9);
  expect(press.mock.calls).toEqual([[[9, 9]]]);
});
