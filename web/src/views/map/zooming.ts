// Wheel, drag and two fingers move a map within its bounds.
import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity, type ZoomTransform, zoomTransform } from "d3-zoom";
import { motion } from "../../dom";

export const CLOSEST = 32;
const BEYOND = 0.25; // of the map's size, that it can be pulled over its rim

export interface Zooming {
  transform(): ZoomTransform;
  resize(width: number, height: number): void;
  by(factor: number): void;
  /** Moves a place, in px of the map that is not zoomed, into the middle. */
  centre(x: number, y: number): void;
  /** Shows a part of the map, at once or in a motion. */
  show(transform: { k: number; x: number; y: number }, isAtOnce: boolean): void;
  /** Whether somebody has zoomed or panned since the last `show`. */
  isMoved(): boolean;
}

/** may  whether a press on the map moves it, and is not for something else */
export function zooming(canvas: HTMLCanvasElement, may: (event: Event) => boolean, moved: () => void): Zooming {
  let isMoved = false;
  const behaviour = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([1, CLOSEST])
    .filter((event: Event) => isMeant(event) && may(event))
    .on("zoom", (event: { sourceEvent: unknown }) => {
      isMoved ||= Boolean(event.sourceEvent);
      moved();
    });
  const host = select(canvas).call(behaviour).on("dblclick.zoom", null);
  const moving = () => host.transition().duration(motion()).ease(easeCubicInOut);

  return {
    transform: () => zoomTransform(canvas),
    resize(width, height) {
      behaviour.extent([[0, 0], [width, height]]);
      behaviour.translateExtent([[-BEYOND * width, -BEYOND * height], [(1 + BEYOND) * width, (1 + BEYOND) * height]]);
    },
    by: (factor) => void moving().call(behaviour.scaleBy, factor),
    centre: (x, y) => void moving().call(behaviour.translateTo, x, y),
    show({ k, x, y }, isAtOnce) {
      isMoved = false;
      const target = zoomIdentity.translate(x, y).scale(k);
      if (isAtOnce) host.call(behaviour.transform, target);
      else moving().call(behaviour.transform, target);
    },
    isMoved: () => isMoved,
  };
}

/** One finger scrolls the page; two, the wheel and the first button are for the map. */
function isMeant(event: Event): boolean {
  if ("touches" in event) return (event as TouchEvent).touches.length > 1;
  return !(event instanceof MouseEvent) || event.button === 0;
}
