// The outlines of points.
import type { Shape } from "./paint";

/** The corners of a shape with the area of a disc, around 0; null for the disc itself. */
export function corners(shape: Shape, radius: number): readonly (readonly [number, number])[] | null {
  const r = radius;
  switch (shape) {
    case "disc":
      return null;
    case "square":
      return [[-0.89 * r, -0.89 * r], [0.89 * r, -0.89 * r], [0.89 * r, 0.89 * r], [-0.89 * r, 0.89 * r]];
    case "diamond":
      return [[0, -1.25 * r], [1.25 * r, 0], [0, 1.25 * r], [-1.25 * r, 0]];
    case "triangle":
      return [[0, -1.35 * r], [1.17 * r, 0.8 * r], [-1.17 * r, 0.8 * r]];
    case "cross": {
      const [a, b] = [0.42 * r, 1.2 * r];
      return [[-a, -b], [a, -b], [a, -a], [b, -a], [b, a], [a, a], [a, b], [-a, b], [-a, a], [-b, a], [-b, -a], [-a, -a]];
    }
  }
}
