// Points painted pixel by pixel: thousands of them in a few milliseconds, which a canvas needs for some hundred.
import { corners } from "./shapes";
import type { Shape } from "./paint";

/** The pixels that a point covers, around the pixel it stands in. */
export interface Mask {
  readonly across: Int32Array; // px from that pixel
  readonly down: Int32Array;
  readonly cover: Uint16Array; // of the pixel, 1 to 256
  readonly reach: number; // px that it may be away
}

/** An image: rows of pixels as 0xAABBGGRR, the order of an ImageData on the processors of today. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

export const PHASES = 4; // places inside a pixel, in each direction, that a point may stand at
const SAMPLES = 4; // in each direction of a pixel

/** radius  px;  phaseX, phaseY  0 to PHASES - 1: where in its pixel the point stands */
export function maskOf(shape: Shape, radius: number, phaseX: number, phaseY: number): Mask {
  const reach = Math.ceil(1.4 * radius + 1);
  const isInside = insideOf(shape, radius);
  const found: [number, number, number][] = [];
  for (let down = -reach; down <= reach; down++)
    for (let across = -reach; across <= reach; across++) {
      const cover = coverOf(isInside, across - (phaseX + 0.5) / PHASES, down - (phaseY + 0.5) / PHASES);
      if (cover > 0) found.push([across, down, cover]);
    }
  const column = (k: 0 | 1 | 2) => found.map((pixel) => pixel[k]);
  return { across: Int32Array.from(column(0)), down: Int32Array.from(column(1)), cover: Uint16Array.from(column(2)), reach };
}

/** How much of the pixel whose corner is at (left, top) lies inside, 0 to 256. */
function coverOf(isInside: (x: number, y: number) => boolean, left: number, top: number): number {
  let count = 0;
  for (let j = 0; j < SAMPLES; j++) for (let i = 0; i < SAMPLES; i++) if (isInside(left + (i + 0.5) / SAMPLES, top + (j + 0.5) / SAMPLES)) count++;
  return Math.round((256 * count) / SAMPLES ** 2);
}

function insideOf(shape: Shape, radius: number): (x: number, y: number) => boolean {
  const points = corners(shape, radius);
  if (points === null) return (x, y) => x * x + y * y <= radius * radius;
  return (x, y) => {
    let isInside = false;
    points.forEach(([x1, y1], k) => {
      const [x0, y0] = points[(k || points.length) - 1] ?? [0, 0];
      if (y1 > y !== y0 > y && x < ((x0 - x1) * (y - y1)) / (y0 - y1) + x1) isInside = !isInside;
    });
    return isInside;
  };
}

/** Paints a point at (x, y) px over what is there. colour  as a pixel;  opacity  0 to 1 */
export function stamp({ width, height, pixels }: Raster, x: number, y: number, { across, down, cover, reach }: Mask, colour: number, opacity: number): void {
  const [column, row, part] = [Math.floor(x), Math.floor(y), Math.round(256 * opacity)];
  const isWhole = column >= reach && row >= reach && column < width - reach && row < height - reach;
  for (let k = 0; k < cover.length; k++) {
    const [i, j] = [column + (across[k] ?? 0), row + (down[k] ?? 0)];
    if (!isWhole && (i < 0 || j < 0 || i >= width || j >= height)) continue;
    const place = j * width + i;
    pixels[place] = over(pixels[place] ?? 0, colour, ((cover[k] ?? 0) * part) >> 8);
  }
}

/** A colour laid over a pixel. part  of the pixel that it covers, 0 to 256 */
export function over(under: number, colour: number, part: number): number {
  const below = under >>> 24;
  const alpha = (255 * part + below * (256 - part)) >> 8;
  if (below === 0) return ((alpha << 24) | (colour & 0xffffff)) >>> 0;
  const share = below === 255 ? part : Math.round((255 * part) / alpha); // of the colour in the mixture, of 256
  const rest = 256 - share;
  const redBlue = (((under & 0xff00ff) * rest + (colour & 0xff00ff) * share) >>> 8) & 0xff00ff;
  const green = (((under & 0x00ff00) * rest + (colour & 0x00ff00) * share) >>> 8) & 0x00ff00;
  return ((alpha << 24) | redBlue | green) >>> 0;
}

/** The phase of a place, for `maskOf`. */
export const phaseOf = (place: number): number => Math.floor((place - Math.floor(place)) * PHASES);

/** "rgb(230, 159, 0)", as a browser computes colours, as a pixel. */
export function pixelOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => Math.round(Number(part)));
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
