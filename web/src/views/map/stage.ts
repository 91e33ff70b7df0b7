// A canvas that fills its host, sharp on every screen, drawn at most once a frame.
import { h } from "../../dom";
import { type Board, boardOn, boardOver } from "./board";
import { inLight, onTheme } from "../../theme";
import { coloursOf, type Colours } from "./colours";
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

/** draw  called with a clean canvas;  resized  the host has another size;  gone  aborted when the room is removed;  isBusy  as in `boardOn` */
export function canvasStage(host: HTMLElement, draw: (pen: Pen, colours: Colours) => void, resized: () => void, gone: AbortSignal, isBusy = false): Stage {
  const canvas = h("canvas", {});
  host.append(canvas);
  const board = boardOn(canvas, isBusy);
  const ruler = document.createElement("canvas").getContext("2d");
  let [width, height, frame] = [0, 0, 0];
  let size = { width: 0, height: 0, sharpness: 1 };
  let paper: Board | null = null;
  let colours = coloursOf(host);
  const widths = new Map<string, number>();

  function redraw(): void {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (gone.aborted || !width || !height) return;
      board.draw((pen) => draw(pen, colours));
    });
  }

  function renew(): void {
    if (gone.aborted) return;
    const ratio = window.devicePixelRatio || 1;
    [width, height] = [host.clientWidth, host.clientHeight];
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    size = { width: across, height: down, sharpness: across / Math.max(1, width) || ratio };
    board.resize(size);
    colours = coloursOf(host);
    redraw();
  }

  /** Paper is white, whatever the theme: the same picture lies over this one while it is printed. */
  function print(): void {
    if (!width || !height) return;
    paper = boardOver(canvas);
    paper.resize(size);
    const light = inLight(() => coloursOf(host));
    paper.draw((pen) => draw(pen, light));
  }
  window.addEventListener("beforeprint", print, { signal: gone });
  window.addEventListener("afterprint", () => paper?.close(), { signal: gone });

  const observer = new ResizeObserver(() => {
    renew();
    resized();
  });
  observer.observe(host);
  onTheme(renew, gone);
  gone.addEventListener("abort", () => {
    observer.disconnect();
    board.close();
  });
  void document.fonts.ready.then(() => (widths.clear(), renew()));

  return {
    canvas,
    size: () => ({ width, height }),
    colours: () => colours,
    measure(text, weight) {
      const key = `${weight} ${text}`;
      const known = widths.get(key);
      if (known !== undefined) return known;
      if (ruler) ruler.font = `${weight} 13px ${FONT}`;
      const found = ruler?.measureText(text).width ?? 0;
      widths.set(key, found);
      return found;
    },
    redraw,
  };
}
