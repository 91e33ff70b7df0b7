// What is meant by a press, a drag and a key on the map.
import type { Direction } from "../../layout/map/near";

type Place = readonly [number, number]; // px on the canvas

export interface Gestures {
  hover(at: Place | null): void;
  press(at: Place): void;
  pressTwice(at: Place): void;
  add(at: Place): void; // shift-click
  lasso(line: readonly Place[], isDone: boolean): void;
  walk(direction: Direction): void;
  enter(): void;
}

const ARROWS: Readonly<Record<string, Direction>> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const STILL = 4; // px that a click may move

/** isLassoing  whether a drag draws a lasso without the shift key, too */
export function listenTo(canvas: HTMLCanvasElement, isLassoing: () => boolean, act: Gestures): void {
  let line: Place[] = [];
  let wasLasso = false; // the click that the browser makes of its end means nothing
  const at = (event: MouseEvent): Place => [event.offsetX, event.offsetY];

  canvas.addEventListener("pointerdown", (event) => {
    wasLasso = false;
    if (event.button !== 0 || !(event.shiftKey || isLassoing())) return;
    line = [at(event)];
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!line.length) return act.hover(at(event));
    line.push(at(event));
    if (isLong(line)) act.lasso(line, false);
  });
  canvas.addEventListener("pointerup", (event) => {
    wasLasso = line.length > 0;
    if (!wasLasso) return;
    const drawn = line;
    line = [];
    if (isLong(drawn)) act.lasso(drawn, true);
    else if (event.shiftKey) act.add(at(event));
    else act.press(at(event));
  });
  canvas.addEventListener("pointercancel", () => {
    line = [];
    act.lasso([], false);
  });
  canvas.addEventListener("pointerleave", () => line.length || act.hover(null));
  canvas.addEventListener("click", (event) => {
    if (!wasLasso) act.press(at(event));
    wasLasso = false;
  });
  canvas.addEventListener("dblclick", (event) => event.shiftKey || isLassoing() || act.pressTwice(at(event)));
  canvas.addEventListener("keydown", (event) => {
    const direction = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!direction && event.key !== "Enter")) return;
    event.preventDefault();
    if (direction) act.walk(direction);
    else act.enter();
  });
}

function isLong(line: readonly Place[]): boolean {
  const [x, y] = line[0] ?? [0, 0];
  return line.some(([px, py]) => Math.hypot(px - x, py - y) > STILL);
}
