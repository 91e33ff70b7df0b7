// A worker that draws the map, so that the page answers while thousands of points move. It gets a canvas, and then sheets.
import type { Cloud } from "../../layout/map/cloud";
import { canvasPen, type CanvasPen } from "./canvasPen";
import { fontLoader, type FontRule } from "./fonts";
import type { Look } from "./pen";
import { play, type Sheet, type Size } from "./sheet";
import { fontOf } from "./words";

export interface Start {
  readonly canvas: OffscreenCanvas;
  readonly fonts: readonly FontRule[];
}

let context: OffscreenCanvasRenderingContext2D | null = null;
let size: Size | null = null;
let pen: CanvasPen | null = null; // for that size
let cloud: Cloud | null = null;
let look: Look | null = null;
let sheet: Sheet | null = null;
let isReady: (font: string, text: string) => boolean = () => true;
let timer = 0;

self.addEventListener("message", ({ data }: MessageEvent<Start | Sheet>) => ("canvas" in data ? start(data) : take(data)));

function start({ canvas, fonts }: Start): void {
  context = canvas.getContext("2d", { willReadFrequently: true }); // its pixels are painted here
  if (!context) throw new Error("The worker has no canvas to draw the map on."); // the page draws it
  isReady = fontLoader(fonts, drawSoon);
}

/** Of sheets that come faster than they can be drawn the latest is drawn. */
function take(next: Sheet): void {
  if (next.size) [size, pen] = [next.size, null];
  cloud = next.cloud ?? cloud;
  look = next.look ?? look;
  sheet = next;
  drawSoon();
}

function drawSoon(): void {
  timer ||= self.setTimeout(draw);
}

function draw(): void {
  timer = 0;
  if (!context || !sheet || !size || !cloud || !look) return;
  pen ??= canvasPen(context, size);
  const strokes = sheet.strokes.filter((stroke) => stroke[0] !== "word" || isReady(fontOf(stroke[1]), stroke[1].text));
  play(pen, cloud, look, { ...sheet, strokes });
}
