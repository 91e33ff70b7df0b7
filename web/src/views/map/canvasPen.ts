// Draws on a canvas, of the page or of a worker. Points are painted into an image, for all of them move in every frame.
import { type Mask, maskOf, phaseOf, PHASES, pixelOf, type Raster, stamp } from "../../layout/map/raster";
import { type Shape, SHAPES } from "../../layout/map/paint";
import { eachSeen, type Pen } from "./pen";
import type { Size } from "./sheet";
import { wordPictures } from "./words";

export interface CanvasPen extends Pen {
  /** An empty canvas, for the next picture. */
  clean(): void;
}

const STEPS = 4; // of a radius in a px, so that few masks serve every zoom

/** A pen for a canvas, which gets that size. */
export function canvasPen(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, { width, height, sharpness }: Size): CanvasPen {
  [context.canvas.width, context.canvas.height] = [width, height];
  const pictureOf = wordPictures(sharpness);
  const image = width && height ? context.createImageData(width, height) : null;
  const raster: Raster = { width, height, pixels: image ? new Uint32Array(image.data.buffer) : new Uint32Array() };
  const colours = new Map<string, number>();

  function pixel(colour: string): number {
    const known = colours.get(colour) ?? pixelOf(colour);
    colours.set(colour, known);
    return known;
  }

  return {
    clean() {
      context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
      context.clearRect(0, 0, width, height);
    },
    points(cloud, frame, radius, look) {
      if (!image) return;
      raster.pixels.fill(0);
      eachSeen(cloud, frame, { width: width / sharpness, height: height / sharpness }, radius, look, (x, y, { colour, shape }, opacity) => {
        const [left, top] = [x * sharpness, y * sharpness];
        stamp(raster, left, top, maskAt(shape, radius * sharpness, left, top), pixel(colour), opacity);
      });
      context.putImageData(image, 0, 0);
    },
    ring(x, y, radius, colour, line, fill) {
      context.globalAlpha = 1;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      if (fill !== null) {
        context.fillStyle = fill;
        context.fill();
      }
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.stroke();
    },
    curve({ from, over, to }, colour, line, opacity) {
      context.globalAlpha = opacity;
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.beginPath();
      context.moveTo(...from);
      context.quadraticCurveTo(...over, ...to);
      context.stroke();
    },
    area(line, colour) {
      context.beginPath();
      for (const [x, y] of line) context.lineTo(x, y);
      context.closePath();
      context.fillStyle = context.strokeStyle = colour;
      context.lineWidth = 1.5;
      context.globalAlpha = 0.12;
      context.fill();
      context.globalAlpha = 0.9;
      context.stroke();
    },
    word(word) {
      const { picture, left, middle } = pictureOf(word);
      const snapped = (value: number) => Math.round(value * sharpness) / sharpness;
      context.globalAlpha = word.opacity;
      context.drawImage(picture, snapped(word.left) - left, snapped(word.middle) - middle, picture.width / sharpness, picture.height / sharpness);
    },
  };
}

const masks = new Map<number, Mask>();

/** The mask of a point at that place, in pixels of the canvas. */
function maskAt(shape: Shape, radius: number, left: number, top: number): Mask {
  const size = Math.max(2, Math.round(radius * STEPS));
  const [phaseX, phaseY] = [phaseOf(left), phaseOf(top)];
  const key = ((size * SHAPES.length + SHAPES.indexOf(shape)) * PHASES + phaseX) * PHASES + phaseY;
  const known = masks.get(key) ?? maskOf(shape, size / STEPS, phaseX, phaseY);
  masks.set(key, known);
  return known;
}
