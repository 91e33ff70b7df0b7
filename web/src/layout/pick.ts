// Which edge a place in the drawing means: the nearest, and of edges as near as that the heaviest.
import type { Curve, SceneEdge } from "./scene";

const STEPS = 40; // segments that a curve is measured as
const TIE = 0.5; // px: edges that differ by no more than this are equally near

export interface Picker {
  /** The edge at a place of the scene, at most `reach` px away; null where there is none. */
  (x: number, y: number, reach: number): SceneEdge | null;
}

export function edgePicker(edges: readonly SceneEdge[]): Picker {
  const lines = new Map<SceneEdge, Float64Array>(); // measured when a place near them is asked for
  const lineOf = (edge: SceneEdge): Float64Array => {
    const known = lines.get(edge);
    if (known) return known;
    const made = pointsOf(edge.curve);
    lines.set(edge, made);
    return made;
  };

  return (x, y, reach) => {
    const near: { edge: SceneEdge; distance: number }[] = [];
    let least = reach;
    for (const edge of edges) {
      if (!isAround(edge.curve, x, y, least + TIE)) continue;
      const distance = distanceTo(lineOf(edge), x, y);
      if (distance > Math.min(reach, least + TIE)) continue;
      near.push({ edge, distance });
      least = Math.min(least, distance);
    }
    const tied = near.filter(({ distance }) => distance <= least + TIE).map(({ edge }) => edge);
    return tied.reduce<SceneEdge | null>((best, edge) => (best && !isHeavier(edge, best) ? best : edge), null);
  };
}

const isHeavier = (edge: SceneEdge, other: SceneEdge): boolean =>
  edge.weight > other.weight || (edge.weight === other.weight && edge.id < other.id);

const isAround = ({ x0, y0, x1, y1 }: Curve, x: number, y: number, reach: number): boolean =>
  y >= y1 - reach && y <= y0 + reach && x >= Math.min(x0, x1) - reach && x <= Math.max(x0, x1) + reach;

/** x and y in turn, along the curve that `edgePath` draws. */
export function pointsOf({ x0, y0, x1, y1, bend }: Curve): Float64Array {
  const points = new Float64Array(2 * (STEPS + 1));
  for (let k = 0; k <= STEPS; k++) {
    const t = k / STEPS;
    const [a, b, c, d] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
    points[2 * k] = (a + b) * x0 + (c + d) * x1;
    points[2 * k + 1] = a * y0 + b * (y0 - bend) + c * (y1 + bend) + d * y1;
  }
  return points;
}

function distanceTo(points: Float64Array, x: number, y: number): number {
  let least = Infinity;
  for (let k = 0; k + 3 < points.length; k += 2) {
    const [ax, ay] = [points[k]!, points[k + 1]!];
    const [dx, dy] = [points[k + 2]! - ax, points[k + 3]! - ay];
    const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    const [px, py] = [ax + along * dx - x, ay + along * dy - y];
    least = Math.min(least, px * px + py * py);
  }
  return Math.sqrt(least);
}
