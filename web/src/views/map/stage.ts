// A canvas that fills its host, sharp on every screen, drawn at most once a frame.
import { h } from "../../dom";
import { canvasPen } from "./canvasPen";
import { coloursOf, type Colours, onTheme } from "./colours";
import { FONT, type Pen } from "./pen";

export interface Stage {
  readonly canvas: HTMLCanvasElement;
  size(): { readonly width: number; readonly height: number };
  colours(): Colours;
  /** px of a text of 13 px. */
  measure(text: string, weight: number): number;
  /** Draws with the next frame. */
  redraw(): void;
}

/** draw  called with a clean canvas;  resized  the host has another size */
export function canvasStage(host: HTMLElement, draw: (pen: Pen, colours: Colours) => void, resized: () => void): Stage {
  const canvas = h("canvas", {});
  host.append(canvas);
  const context = canvas.getContext("2d", { willReadFrequently: true }); // its pixels are painted here
  if (!context) throw new Error("The browser has no canvas to draw the map on.");
  let [width, height, frame] = [0, 0, 0];
  let colours = coloursOf(host);
  let pen = canvasPen(context, 1);
  const widths = new Map<string, number>();

  function redraw(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (!width || !height) return;
      pen.clean();
      draw(pen, colours);
    });
  }

  function renew(): void {
    const sharpness = window.devicePixelRatio || 1;
    [width, height] = [host.clientWidth, host.clientHeight];
    [canvas.width, canvas.height] = [Math.round(width * sharpness), Math.round(height * sharpness)];
    if (context) pen = canvasPen(context, canvas.width / Math.max(1, width));
    colours = coloursOf(host);
    redraw();
  }

  new ResizeObserver(() => {
    renew();
    resized();
  }).observe(host);
  onTheme(renew);
  void document.fonts.ready.then(() => (widths.clear(), renew()));

  return {
    canvas,
    size: () => ({ width, height }),
    colours: () => colours,
    measure(text, weight) {
      const key = `${weight} ${text}`;
      const known = widths.get(key);
      if (known !== undefined) return known;
      context.font = `${weight} 13px ${FONT}`;
      const found = context.measureText(text).width;
      widths.set(key, found);
      return found;
    },
    redraw,
  };
}
