import { expect, test } from "vitest";
import type { CanvasPen } from "./canvasPen";
import type { Look, Pen } from "./pen";
import { play, sheetWriter } from "./sheet";

const cloud = { x: new Float32Array([1]), y: new Float32Array([2]), looks: new Int16Array([0]), opacity: new Float32Array([1]) };
const look: Look = { dots: [], rest: { colour: "rgb(1, 2, 3)", shape: "disc" } };
const frame = { scale: 1, left: 0, top: 0 };
const size = { width: 10, height: 10, sharpness: 1 };
const bow = { from: [0, 0], over: [1, 1], to: [2, 0] } as const;
const word = { text: "a", left: 1, middle: 2, colour: "red", ground: "white", size: 13, weight: 450, opacity: 1 };

function paint(pen: Pen): void {
  pen.points(cloud, frame, 3, look);
  pen.ring(1, 2, 3, "red", 1, null);
  pen.curve(bow, "blue", 2, 0.5);
  pen.area([[0, 0], [1, 0]], "green");
  pen.word(word);
}

/** Notes every stroke by its name and what it was given. */
function recorder(): { pen: CanvasPen; told: unknown[][] } {
  const told: unknown[][] = [];
  const note = (name: string) => (...given: unknown[]) => void told.push([name, ...given]);
  return { told, pen: { clean: note("clean"), points: note("points"), ring: note("ring"), curve: note("curve"), area: note("area"), word: note("word") } };
}

test("a sheet is drawn with the strokes it was written with", () => {
  const [direct, played] = [recorder(), recorder()];
  direct.pen.clean();
  paint(direct.pen);
  play(played.pen, cloud, look, structuredClone(sheetWriter()(size, paint)));
  expect(played.told).toEqual(direct.told);
});

test("points, look and size are sent once, and again when they are others", () => {
  const write = sheetWriter();
  expect(write(size, paint)).toMatchObject({ size, cloud, look });
  expect(write(size, paint)).toMatchObject({ size: null, cloud: null, look: null, points: [frame, 3] });
  const other = { ...cloud };
  expect(write({ ...size }, (pen) => pen.points(other, frame, 3, look))).toMatchObject({ size, cloud: other, look: null });
});
