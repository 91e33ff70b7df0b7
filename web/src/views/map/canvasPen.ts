// Draws on a canvas. Points are painted into an image, and words are kept as pictures, for all of them move in every frame.
import { type Mask, maskOf, phaseOf, PHASES, pixelOf, type Raster, stamp } from "../../layout/map/raster";
import { SHAPES } from "../../layout/map/paint";
import { type Dot, FONT, type Pen, type Word } from "./pen";

export interface CanvasPen extends Pen {
  /** An empty canvas, for the next picture. */
  clean(): void;
}

const STEPS = 4; // of a radius in a px, so that few masks serve every zoom
const KEPT = 600; // pictures of words

/** sharpness  pixels of the canvas per px; points come before whatever lies on them */
export function canvasPen(context: CanvasRenderingContext2D, sharpness: number): CanvasPen {
  const { width, height } = context.canvas;
  const image = width && height ? context.createImageData(width, height) : null;
  const raster: Raster = { width, height, pixels: image ? new Uint32Array(image.data.buffer) : new Uint32Array() };
  const colours = new Map<string, number>();
  const words = new Map<string, Picture>();
  let isPainted = false; // points that are not on the canvas yet

  function pixel(colour: string): number {
    const known = colours.get(colour) ?? pixelOf(colour);
    colours.set(colour, known);
    return known;
  }

  function show(): void {
    if (isPainted && image) context.putImageData(image, 0, 0);
    isPainted = false;
  }

  function pictureOf(word: Word): Picture {
    const key = `${word.weight} ${word.size} ${word.colour} ${word.ground} ${word.text}`;
    const known = words.get(key) ?? drawWord(word, sharpness);
    if (words.size > KEPT) words.clear();
    words.set(key, known);
    return known;
  }

  return {
    clean() {
      raster.pixels.fill(0);
      context.setTransform(sharpness, 0, 0, sharpness, 0, 0);
      context.clearRect(0, 0, width, height);
      isPainted = false;
    },
    dot(x, y, dot, opacity) {
      const [left, top] = [x * sharpness, y * sharpness];
      stamp(raster, left, top, maskAt(dot, sharpness, left, top), pixel(dot.colour), opacity);
      isPainted = true;
    },
    done: show,
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
function maskAt({ shape, radius }: Dot, sharpness: number, left: number, top: number): Mask {
  const size = Math.max(2, Math.round(radius * sharpness * STEPS));
  const [phaseX, phaseY] = [phaseOf(left), phaseOf(top)];
  const key = ((size * SHAPES.length + SHAPES.indexOf(shape)) * PHASES + phaseX) * PHASES + phaseY;
  const known = masks.get(key) ?? maskOf(shape, size / STEPS, phaseX, phaseY);
  masks.set(key, known);
  return known;
}

interface Picture {
  readonly picture: HTMLCanvasElement;
  readonly left: number; // px, of the word in its picture
  readonly middle: number;
}

const HALO = 3; // px

function drawWord({ text, colour, ground, size, weight }: Word, sharpness: number): Picture {
  const picture = document.createElement("canvas");
  const ink = picture.getContext("2d");
  const font = `${weight} ${size}px ${FONT}`;
  const middle = Math.ceil(size);
  if (!ink) return { picture, left: HALO, middle };
  ink.font = font;
  picture.width = Math.ceil((ink.measureText(text).width + 2 * HALO) * sharpness);
  picture.height = 2 * middle * sharpness;
  ink.scale(sharpness, sharpness);
  Object.assign(ink, { font, textBaseline: "middle", lineJoin: "round", lineWidth: HALO, strokeStyle: ground, fillStyle: colour });
  ink.strokeText(text, HALO, middle);
  ink.fillText(text, HALO, middle);
  return { picture, left: HALO, middle };
}
