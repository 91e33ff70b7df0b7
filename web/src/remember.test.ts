import { expect, test } from "vitest";
import { remember } from "./remember";

test("the same arguments get the same answer, others a new one", () => {
  const pair = remember((a: number, b: readonly number[]) => [a, ...b]);
  const list = [2];
  const first = pair(1, list);
  expect(pair(1, list)).toBe(first);
  expect(pair(1, [2])).not.toBe(first);
  expect(pair(3, list)).toEqual([3, 2]);
});
