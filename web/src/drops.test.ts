import { expect, test } from "vitest";
import { odds, rowDrops, tellDrop, tellDrops } from "./drops";
import type { Faithfulness, LayerFaithfulness } from "./types";

const layer = (name: string, drop: number, null99: number): LayerFaithfulness =>
  ({ layer: name, channels: 3, drop, nullMean: 0.1, null99, beaten: 1, matched: 0.2, recovered: 0.5 });
const found: Faithfulness = { pictures: 8, draws: 20, drop: 1.25, nullMean: -0.02, layers: [layer("low", 0.5, 0.75), layer("top", 2, 0.3)] };

test("bars of all rows have one scale, the largest loss or band", () => {
  expect(rowDrops(found).get("low")).toEqual({ drop: 0.5, nullMean: 0.1, null99: 0.75, most: 2 });
  expect(rowDrops({ ...found, layers: [layer("low", 0.5, 0.75)] }).get("low")!.most).toBe(0.75);
});

test("without a check, or where nothing is lost, no bar is drawn", () => {
  expect(rowDrops(null).size).toBe(0);
  expect(rowDrops(undefined).size).toBe(0);
  expect(rowDrops({ ...found, layers: [layer("low", -0.5, -0.1)] }).size).toBe(0);
});

test("losses are put in words", () => {
  expect(odds(-0.049)).toBe("−0.05");
  expect(tellDrop(rowDrops(found).get("top")!)).toBe("Without these channels the class's log-odds fall by 2.00; without as many random ones they fall by 0.10 (99 % of draws: a fall below 0.30)");
  expect(tellDrop({ drop: 2, nullMean: -0.02, null99: -0.01, most: 2 })).toContain("without as many random ones they rise by 0.02 (99 % of draws: a rise above 0.01)");
  expect(tellDrops(found)).toContain("costs 1.25 of the class's log-odds on average; as many random channels cost −0.02 (8 pictures, 20 draws per layer)");
});
