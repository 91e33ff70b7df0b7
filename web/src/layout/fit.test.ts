import { expect, test } from "vitest";
import { fitted } from "./fit";

const head = 100;
const tail = 160;

test("a drawing is fitted between the sides of its box, whatever stands beside that", () => {
  const box = 800; // px, of a stage that has the lowest row's slider beside it, too
  const size = { width: 1400, beyond: 600, height: 400, head, tail };
  const { k, x } = fitted(size, 400);
  expect(k).toBeCloseTo((box - head - tail) / (size.width - head - tail));
  expect(x + k * head).toBeCloseTo(head);
  expect(x + k * (size.width - tail)).toBeCloseTo(box - tail);
});

test("a drawing that has room is as large as it was laid out, and a high one stands in the middle", () => {
  expect(fitted({ width: 800, height: 400, head, tail }, 500).k).toBe(1);
  const { k, x } = fitted({ width: 800, height: 1000, head, tail }, 500);
  expect(k).toBe(0.5);
  expect(x + k * (head + 270)).toBeCloseTo(head + 270);
});
