import { expect, test } from "vitest";
import { layoutMotif } from "./motif";

const layers = ["low", "mid", "top"].map((name, index) => ({ id: `m/${name}`, name, index, channels: 9 }));
const channel = (layer: string, index: number) => ({ id: `m/${layer}/${index}`, layer, index, classCount: 1, pictures: null });
const edge = (source: string, target: string) => ({ source, target, weight: 1, share: null, kind: null, probability: null });

test("only the layers a motif touches have a row, the highest on top", () => {
  const scene = layoutMotif(layers, [channel("mid", 1), channel("top", 2)], [edge("m/mid/1", "m/top/2")]);
  expect(scene.rows.map((row) => row.layer)).toEqual(["mid", "top"]);
  expect(scene.rows[1]!.y).toBeLessThan(scene.rows[0]!.y);
  expect(scene.edges).toHaveLength(1);
});

test("everything stays inside the picture", () => {
  const fan = [channel("low", 1), channel("low", 2), channel("low", 3), channel("mid", 7)];
  const scene = layoutMotif(layers, fan, [1, 2, 3].map((k) => edge(`m/low/${k}`, "m/mid/7")));
  for (const { x, y } of scene.nodes) {
    expect(x - scene.side / 2).toBeGreaterThanOrEqual(0);
    expect(x + scene.side / 2).toBeLessThanOrEqual(scene.width);
    expect(y - scene.side).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThan(scene.height);
  }
});

test("an edge to a channel that is not in the motif is refused", () => {
  expect(() => layoutMotif(layers, [channel("low", 1)], [edge("m/low/1", "m/mid/9")])).toThrow("m/mid/9");
});
