import { expect, test } from "vitest";
import { histogramPath, rowsSeen } from "./window";

test("rows in the window are drawn, with some to spare, and never more than there are", () => {
  expect(rowsSeen(0, 100, 20, 1000, 2)).toEqual({ from: 0, to: 7 });
  expect(rowsSeen(410, 100, 20, 1000, 2)).toEqual({ from: 18, to: 28 });
  expect(rowsSeen(19_950, 100, 20, 1000, 2)).toEqual({ from: 995, to: 1000 });
  expect(rowsSeen(500, 100, 20, 3, 2)).toEqual({ from: 3, to: 3 });
});

test("bars show shares on one scale for all classes, and a single image can be seen", () => {
  expect(histogramPath([5, 0, 10], 10, 30, 20)).toBe("M0 20v-10h9.5v10zM20 20v-20h9.5v20z");
  expect(histogramPath([1], 1000, 10, 20)).toBe("M0 20v-1h9.5v1z");
  expect(histogramPath([0, 0], 0, 30, 20)).toBe("");
});
