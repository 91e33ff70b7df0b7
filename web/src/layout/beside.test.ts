import { expect, test } from "vitest";
import { roomBeside } from "./beside";

const node = (id: string, x: number, y = 100, side = 60, row = 0) => ({ id, row, x, y, side });
const row = [node("a", 100), node("b", 200), node("c", 290)];
const box = { width: 800, height: 600 };

test("at its usual size a channel has its own picture alone", () => {
  expect(roomBeside(row, { x: 0, y: 0, k: 1 }, box).size).toBe(0);
  expect(roomBeside(row, { x: 0, y: 0, k: 2.1 }, box).size).toBe(0); // 8 px of the drawing are free, 17 on the screen
});

test("further pictures have half of the gap to the nearest channel, and no more than a third of the channel's own side", () => {
  const sizes = roomBeside(row, { x: 0, y: 0, k: 3 }, { width: 3000, height: 600 });
  expect(sizes.get("a")).toBe(14);
  expect(sizes.get("b")).toBe(9);
  expect(roomBeside([node("a", 100)], { x: 0, y: 0, k: 3 }, box).get("a")).toBe(19);
});

test("only channels on the screen count, and those of another row take no room", () => {
  const all = [...row, node("above", 110, 20, 60, 1)];
  expect([...roomBeside(all, { x: 0, y: 0, k: 3 }, { width: 780, height: 600 }).keys()]).toEqual(["a", "b", "above"]);
  expect([...roomBeside(all, { x: -700, y: 0, k: 3 }, box).keys()]).toEqual(["c"]);
  expect(roomBeside(all, { x: 0, y: -2000, k: 3 }, box).size).toBe(0);
});
