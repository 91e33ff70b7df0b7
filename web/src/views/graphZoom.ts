// Zooming and panning of a drawing: by wheel, by two fingers, by dragging, and fitted to its box.
import { easeCubicInOut } from "d3-ease";
import type { Selection } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity, type ZoomTransform, zoomTransform } from "d3-zoom";
import { motion } from "../dom";
import { fitted, type Size } from "../layout/fit";
import { must } from "../must";

type Box = Selection<HTMLDivElement, unknown, null, undefined>;

const CLOSEST = 8; // times

export interface GraphZoom {
  fit(): void;
  zoomBy(factor: number): void;
  /** Brings a place of the drawing into sight. */
  reveal(place: { x: number; y: number }): void;
  /** Another size, or another thing that is drawn, which is then fitted. Where only its parts stand in other room, its middle stays. */
  update(size: Size, key: string, spacing?: string): void;
  now(): ZoomTransform;
  /** Does something with the drawing whole and in its own size; then it is as it was before. */
  unzoomed<T>(work: () => T): T;
  /** Whether somebody moves it just now: what passes below the mouse is not meant. */
  isMoving(): boolean;
}

/** follow  isMoving: until it is called again without, when the drawing rests */
export function graphZoom(box: Box, host: HTMLElement, follow: (transform: ZoomTransform, isMoving: boolean) => void): GraphZoom {
  let isMoved = false; // by hand: no longer fitted by itself
  let isMoving = false; // by hand
  let size: Size | null = null;
  let drawn = ""; // what was fitted
  let spaced = "";
  const now = () => zoomTransform(must(box.node()));
  const zooming = zoom<HTMLDivElement, unknown>()
    .clickDistance(4)
    .filter(isMeant)
    .on("start", (event: { sourceEvent: unknown }) => (isMoving = Boolean(event.sourceEvent)))
    .on("end", (event: { transform: ZoomTransform }) => {
      isMoving = false;
      follow(event.transform, false);
    })
    .on("zoom", (event: { transform: ZoomTransform; sourceEvent: unknown }) => {
      isMoved ||= event.sourceEvent !== null && event.sourceEvent !== undefined;
      follow(event.transform, true);
    });
  box.call(zooming).on("dblclick.zoom", null);

  function fitting(next: Size): ZoomTransform {
    const { k, x } = fitted(next, host.clientHeight);
    return zoomIdentity.translate(x, 0).scale(k);
  }

  function fit(duration: number): void {
    if (!size) return;
    const target = fitting(size);
    if (target.toString() === now().toString()) return;
    box.transition().duration(duration).ease(easeCubicInOut).call(zooming.transform, target);
  }

  /** Half of the drawing can be moved out of sight, and no more. */
  function bound(next: Size): void {
    const { width, height } = next;
    zooming.scaleExtent([fitting(next).k / 2, CLOSEST]);
    zooming.translateExtent([[-width / 2, -height / 2], [1.5 * width, 1.5 * height]]);
  }

  /** The place in the middle of the screen, which moves as the drawing grows, stays there. */
  function stay(former: Size, next: Size): void {
    const [x, y] = now().invert([host.clientWidth / 2, host.clientHeight / 2]);
    isMoved = true;
    bound(next);
    box.interrupt();
    box.call(zooming.translateTo, (x / former.width) * next.width, (y / former.height) * next.height);
  }

  return {
    now,
    isMoving: () => isMoving,
    unzoomed(work) {
      const before = now();
      box.interrupt();
      box.call(zooming.transform, zoomIdentity);
      follow(zoomIdentity, false); // a gesture that goes on would keep it from resting
      const result = work();
      box.call(zooming.transform, before);
      return result;
    },
    fit(): void {
      isMoved = false;
      fit(motion());
    },
    zoomBy(factor): void {
      isMoved = true;
      box.transition().duration(motion()).call(zooming.scaleBy, factor);
    },
    reveal({ x, y }): void {
      const [left, top] = now().apply([x, y]);
      const { clientWidth, clientHeight } = host;
      if (left > 0 && left < clientWidth && top > 0 && top < clientHeight) return;
      isMoved = true;
      box.transition().duration(motion()).call(zooming.translateTo, x, y);
    },
    update(next, key, spacing = ""): void {
      const former = size;
      const isFirst = former === null;
      const isSpaced = key === drawn && spacing !== spaced;
      if (key !== drawn || (isSpaced && spacing === "")) isMoved = false;
      [size, drawn, spaced] = [next, key, spacing];
      if (former && isSpaced && spacing !== "") return stay(former, next);
      bound(next);
      follow(now(), false);
      if (!isMoved) fit(isFirst ? 0 : motion());
    },
  };
}

/** One finger scrolls the page; two, the wheel and the first button zoom and pan the drawing. */
const isMeant = (event: WheelEvent | MouseEvent | TouchEvent): boolean =>
  "touches" in event ? event.touches.length !== 1 : (!event.ctrlKey || event.type === "wheel") && !event.button;
