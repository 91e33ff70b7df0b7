import { expect, test } from "vitest";
import { besidePointer, scrubbed } from "./scrub";

test("each picture has the same part of a channel's width", () => {
  expect([0, 0.24, 0.25, 0.5, 0.99, 1, 1.2, -0.1].map((place) => scrubbed(place, 4))).toEqual([0, 0, 1, 2, 3, 3, 3, 0]);
  expect(scrubbed(0.5, 0)).toBe(-1);
});

test("a card stands right of the pointer and below, and never leaves the stage", () => {
  const [card, stage] = [{ width: 200, height: 100 }, { width: 800, height: 600 }];
  expect(besidePointer({ x: 10, y: 10 }, card, stage)).toEqual({ x: 28, y: 28 });
  expect(besidePointer({ x: 790, y: 590 }, card, stage)).toEqual({ x: 572, y: 472 });
  for (const x of [0, 100, 170, 340])
    expect(besidePointer({ x, y: 5 }, card, { width: 340, height: 600 }).x).toSatisfy((left: number) => left >= 0 && left + 200 <= 340);
});
