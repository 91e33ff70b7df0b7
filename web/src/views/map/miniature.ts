// A map as small as a stamp: points only, and the chosen class. It is a picture: each canvas of a page would be a layer of
// its own, which every frame of the page costs time for.
import { boundsOf, frameOf, type Points, toScreen } from "../../layout/map/frame";
import { atRest } from "../../layout/map/morph";
import { canvasPen } from "./canvasPen";
import type { Colours } from "./colours";
import { drawMap, type Paint } from "./draw";

export interface Miniature {
  readonly points: Points;
  readonly paint: Paint;
  readonly chosen: number | null;
}

const NONE: ReadonlySet<number> = new Set();

/** radius  px, of a point */
export function drawMiniature(image: HTMLImageElement, colours: Colours, { points, paint, chosen }: Miniature, radius: number): void {
  const sharpness = window.devicePixelRatio || 1;
  const [width, height] = [image.clientWidth, image.clientHeight];
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || !width) return;
  const frame = frameOf(boundsOf([points]), width, height, 2 + radius);
  const pen = canvasPen(context, { width: Math.round(width * sharpness), height: Math.round(height * sharpness), sharpness });
  pen.clean();
  const marks = { chosen: null, pointed: null, seen: NONE, users: null, picked: NONE };
  const bare = { trail: [], layer: "", groupNames: [], order: [], most: 0, lasso: [], name: String, shorten: String, measure: () => 0 };
  drawMap(pen, colours, { moment: atRest(points), frame, width, height, radius, paint, marks, ...bare });
  const k = chosen === null ? -1 : points.classes.indexOf(chosen);
  if (k >= 0) pen.ring(...toScreen(frame, points.x[k] ?? 0, points.y[k] ?? 0), 1.5 + radius, colours.ground, 1, colours.accent);
  image.src = canvas.toDataURL();
}
