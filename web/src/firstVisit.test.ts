import { expect, test } from "vitest";
import { isFirstVisit } from "./firstVisit";

const browser = () => {
  const kept = new Map<string, string>();
  return { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, value: string) => void kept.set(name, value) } as unknown as Storage;
};

test("the start page is seen for the first time once", () => {
  const storage = browser();
  expect(isFirstVisit("?class=3", storage)).toBe(false);
  expect(isFirstVisit("?class=3&token=a", storage)).toBe(false);
  expect(isFirstVisit("?token=a", storage)).toBe(true); // the start address that the service prints
  expect(isFirstVisit("", storage)).toBe(false);
});

test("a browser that keeps nothing is never told that it is new", () => {
  expect(isFirstVisit("", null)).toBe(false);
  const full = { getItem: () => null, setItem: () => { throw new Error("full"); } } as unknown as Storage;
  expect(isFirstVisit("", full)).toBe(false);
});
