import { expect, test } from "vitest";
import { edgePicker, pointsOf } from "./pick";
import { edgeCurve, type SceneEdge } from "./scene";

const edge = (id: string, from: number, to: number, weight: number): SceneEdge => {
  const curve = edgeCurve({ x: from, y: 300, side: 40 }, { x: to, y: 100 });
  const [source = "", target = ""] = id.split(">");
  return { id, source, target, curve, weight, width: 1, opacity: 1, tone: "plain" };
};

test("the nearest edge is meant, and none where none is near", () => {
  const pick = edgePicker([edge("a>b", 0, 0, 9), edge("c>d", 20, 20, 1)]);
  expect(pick(11, 200, 12)?.id).toBe("c>d");
  expect(pick(9, 200, 12)?.id).toBe("a>b");
  expect(pick(60, 200, 12)).toBe(null);
});

test("of edges that are equally near the heavier is meant", () => {
  const pick = edgePicker([edge("a>b", 0, 0, 2), edge("c>d", 20, 20, 7)]);
  expect(pick(10, 200, 12)?.id).toBe("c>d");
});

test("every edge of a crowded row can be pointed at somewhere along it", () => {
  const edges = Array.from({ length: 100 }, (_, k) => {
    const [from, to] = [k % 10, Math.floor(k / 10)];
    return edge(`${from}>${to}`, 40 * from, 40 * to + 7, (k * 37) % 101);
  });
  const pick = edgePicker(edges);
  const lost = edges.filter((own) => {
    const points = pointsOf(own.curve);
    return !Array.from({ length: points.length / 2 }, (_, k) => k).some((k) => pick(points[2 * k]!, points[2 * k + 1]!, 8) === own);
  });
  expect(lost.map(({ id }) => id)).toEqual([]);
});
