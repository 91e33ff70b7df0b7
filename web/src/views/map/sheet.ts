// What the page sends to the painter of a map: each picture as a list of strokes.
import type { Cloud } from "../../layout/map/cloud";
import type { Frame } from "../../layout/map/frame";
import type { CanvasPen } from "./canvasPen";
import type { Look, Pen } from "./pen";

type Name = "ring" | "curve" | "area" | "word";
export type Stroke = { [K in Name]: readonly [name: K, ...given: Parameters<Pen[K]>] }[Name];

export interface Size {
  readonly width: number; // pixels of the canvas
  readonly height: number;
  readonly sharpness: number; // of them per px
}

/** Parts that are null are those of the sheet before. */
export interface Sheet {
  readonly size: Size | null;
  readonly cloud: Cloud | null;
  readonly look: Look | null;
  readonly points: readonly [frame: Frame, radius: number];
  readonly strokes: readonly Stroke[];
}

/** Writes sheets, each with what the reader does not have from those before. */
export function sheetWriter() {
  const unlessSent = <T>() => {
    let sent: T | null = null;
    return (next: T): T | null => (next === sent ? null : (sent = next));
  };
  const [newSize, newCloud, newLook] = [unlessSent<Size>(), unlessSent<Cloud>(), unlessSent<Look>()];

  return function write(size: Size, paint: (pen: Pen) => void): Sheet {
    const strokes: Stroke[] = [];
    let points: Pick<Sheet, "cloud" | "look" | "points"> = { cloud: null, look: null, points: [{ scale: 0, left: 0, top: 0 }, 0] };
    paint({
      points: (cloud, frame, radius, look) => void (points = { cloud: newCloud(cloud), look: newLook(look), points: [frame, radius] }),
      ring: (...given) => void strokes.push(["ring", ...given]),
      curve: (...given) => void strokes.push(["curve", ...given]),
      area: (...given) => void strokes.push(["area", ...given]),
      word: (...given) => void strokes.push(["word", ...given]),
    });
    return { size: newSize(size), ...points, strokes };
  };
}

/** Draws a sheet, with the cloud and the look that it has or had before. */
export function play(pen: CanvasPen, cloud: Cloud, look: Look, { points, strokes }: Sheet): void {
  pen.clean();
  pen.points(cloud, points[0], points[1], look);
  for (const stroke of strokes) playStroke(pen, stroke);
}

function playStroke(pen: Pen, stroke: Stroke): void {
  switch (stroke[0]) {
    case "ring":
      return pen.ring(stroke[1], stroke[2], stroke[3], stroke[4], stroke[5], stroke[6]);
    case "curve":
      return pen.curve(stroke[1], stroke[2], stroke[3], stroke[4]);
    case "area":
      return pen.area(stroke[1], stroke[2]);
    case "word":
      return pen.word(stroke[1]);
  }
}
