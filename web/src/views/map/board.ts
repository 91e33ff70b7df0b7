// What a map is drawn on: a canvas of the page, drawn by a worker where much moves and the browser lets it.
import { canvasPen } from "./canvasPen";
import { fontRules } from "./fonts";
import type { Start } from "./painter";
import type { Pen } from "./pen";
import { type Size, sheetWriter } from "./sheet";
import { must } from "../../must";

export interface Board {
  resize(size: Size): void;
  draw(paint: (pen: Pen) => void): void;
  /** The canvas is gone for good. */
  close(): void;
}

/** isBusy  much is drawn in every frame, so that a worker is worth its start */
export function boardOn(canvas: HTMLCanvasElement, isBusy: boolean): Board {
  const worker = isBusy && "transferControlToOffscreen" in canvas ? newPainter() : null;
  return worker ? workersBoard(canvas, worker) : pagesBoard(canvas);
}

/** null where the browser has no workers, or none for this page */
function newPainter(): Worker | null {
  try {
    return new Worker(new URL("./painter.ts", import.meta.url), { type: "module" });
  } catch {
    return null;
  }
}

function pagesBoard(canvas: HTMLCanvasElement): Board {
  const context = canvas.getContext("2d", { willReadFrequently: true }); // its pixels are painted here
  if (!context) throw new Error("The browser has no canvas to draw the map on.");
  let pen = canvasPen(context, { width: 0, height: 0, sharpness: 1 });

  return {
    resize: (size) => void (pen = canvasPen(context, size)),
    draw(paint) {
      pen.clean();
      paint(pen);
    },
    close: () => undefined,
  };
}

function workersBoard(page: HTMLCanvasElement, worker: Worker): Board {
  const fonts = fontRules();
  const canvas = page.transferControlToOffscreen();
  worker.postMessage({ canvas, fonts } satisfies Start, [canvas]);
  const write = sheetWriter();
  let size: Size = { width: 0, height: 0, sharpness: 1 };
  let last: ((pen: Pen) => void) | null = null;
  let instead: Board | null = null; // where the worker's script cannot be loaded, or fails

  worker.addEventListener("error", () => {
    worker.terminate();
    instead ??= boardOver(page);
    instead.resize(size);
    if (last) instead.draw(last);
  });

  return {
    resize(next) {
      size = next;
      instead?.resize(next);
    },
    draw(paint) {
      last = paint;
      if (instead) instead.draw(paint);
      else worker.postMessage(write(size, paint));
    },
    close: () => worker.terminate(),
  };
}

/** A canvas that lies over another, and lets the pointer through: one that was given away does not come back. */
export function boardOver(given: HTMLCanvasElement): Board {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.pointerEvents = "none";
  canvas.style.background = "var(--ground)"; // over a picture that stays as it was
  must(given.parentElement).append(canvas);
  return { ...pagesBoard(canvas), close: () => canvas.remove() };
}
