import { expect, test } from "vitest";
import { layoutProbe, probedOf } from "./probe";

const columns = ["layer", "size", "channels", "accuracy", "random", "random_least", "random_most", "every", "chance", "classes", "learning", "held_out", "top", "sets", "seed"];
const row = (layer: string, accuracy: number, random: number, every: number) => [layer, 32, 8, accuracy, random, random - 0.1, random + 0.1, every, 0.25, 4, 90, 30, 5, 5, 0];
const scene = layoutProbe(probedOf({ columns, rows: [row("low", 0.5, 0.4, 0.75), row("high", 1, 0.9, 1)] }));

test("an accuracy of 1 is at the top, chance at its share, and layers go from left to right", () => {
  const at = new Map(scene.ticks.map(({ y, share }) => [share, y]));
  expect(scene.lines.accuracy.map(([, y]) => y)).toEqual([at.get(0.5), at.get(1)]);
  expect(scene.lines.every.map(([, y]) => y)).toEqual([at.get(0.75), at.get(1)]);
  expect(scene.chance).toBe(at.get(0.25));
  expect(scene.layers.map(({ name }) => name)).toEqual(["low", "high"]);
  expect(scene.layers[0]!.x).toBeLessThan(scene.layers[1]!.x);
  expect(scene.band).toHaveLength(4);
});

test("the highest layer has its name where not all have room", () => {
  const rows = Array.from({ length: 60 }, (_, k) => row(`features.block${k}`, 0.5, 0.5, 0.5));
  const named = layoutProbe(probedOf({ columns, rows })).layers.filter(({ name }) => name);
  expect(named.at(-1)!.name).toBe("features.block59");
  expect(named.length).toBeGreaterThan(2);
  expect(named.length).toBeLessThan(8);
});
