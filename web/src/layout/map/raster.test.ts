import { expect, test } from "vitest";
import { SHAPES } from "./paint";
import { maskOf, over, PHASES, phaseOf, pixelOf, type Raster, stamp } from "./raster";

const empty = (width: number, height: number): Raster => ({ width, height, pixels: new Uint32Array(width * height) });
const alpha = (pixel: number | undefined): number => (pixel ?? 0) >>> 24;
const RED = pixelOf("rgb(255, 0, 0)");

test("a colour as the browser computes it is a pixel of red, green, blue and full opacity", () => {
  expect(pixelOf("rgb(230, 159, 0)")).toBe(0xff009fe6);
  expect([...new Uint8Array(new Uint32Array([pixelOf("rgb(1, 2, 3)")]).buffer)]).toEqual([1, 2, 3, 255]);
});

test.each(SHAPES)("a %s covers about the area of a disc, wherever in its pixel it stands", (shape) => {
  for (let phase = 0; phase < PHASES; phase++) {
    const { cover } = maskOf(shape, 6, phase, PHASES - 1 - phase);
    const area = cover.reduce((sum, part) => sum + part, 0) / 256;
    expect(area / (Math.PI * 36)).toBeGreaterThan(0.75);
    expect(area / (Math.PI * 36)).toBeLessThan(1.1);
  }
});

test("what is covered lies around the place, to a quarter of a pixel", () => {
  const raster = empty(21, 21);
  const [x, y] = [10.6, 9.2];
  stamp(raster, x, y, maskOf("disc", 4, phaseOf(x), phaseOf(y)), RED, 1);
  let [sum, across, down] = [0, 0, 0];
  raster.pixels.forEach((pixel, k) => {
    const part = alpha(pixel);
    [sum, across, down] = [sum + part, across + part * ((k % 21) + 0.5), down + part * (Math.floor(k / 21) + 0.5)];
  });
  expect(Math.abs(across / sum - x)).toBeLessThan(0.2);
  expect(Math.abs(down / sum - y)).toBeLessThan(0.2);
});

test("a point at the rim is cut off there and does not come out at the other side", () => {
  const raster = empty(10, 10);
  stamp(raster, 0.5, 5.5, maskOf("square", 3, 2, 2), RED, 1);
  const row = [...raster.pixels.subarray(50, 60)].map(alpha);
  expect(row.slice(0, 3).every((part) => part > 200)).toBe(true);
  expect(row.slice(5)).toEqual([0, 0, 0, 0, 0]);
  stamp(raster, -40, 5, maskOf("disc", 3, 0, 0), RED, 1);
  stamp(raster, 5, 900, maskOf("disc", 3, 0, 0), RED, 1);
  expect(alpha(raster.pixels[9])).toBe(0);
});

test("colours are laid over one another as a canvas does", () => {
  expect(over(0, RED, 256)).toBe(RED);
  expect(over(0xff00ff00, RED, 256)).toBe(RED);
  expect(over(0xff00ff00, RED, 0)).toBe(0xff00ff00);
  expect(over(0xffffffff, RED, 128)).toBe(0xff7f7fff);
  expect(alpha(over(0, RED, 128))).toBe(127);
  const twice = over(over(0, RED, 128), 0xff0000ff, 128); // the same colour again: only denser
  expect([alpha(twice), twice & 0xff]).toEqual([191, 255]);
});
