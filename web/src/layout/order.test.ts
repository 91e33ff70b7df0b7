import { expect, test } from "vitest";
import { crossings, orderRows, startOrder } from "./order";

const link = (source: string, target: string, weight = 1) => ({ source, target, weight });

test("two crossed edges are uncrossed", () => {
  const links = [link("a", "y"), link("b", "x")];
  const rows = orderRows([["a", "b"], ["x", "y"]], links);
  expect(crossings(rows, links)).toBe(0);
});

test("a seed that cannot be improved is kept as it is", () => {
  const rows = [["b", "a"], ["y", "x"]];
  expect(orderRows(rows, [link("a", "x"), link("b", "y")])).toEqual(rows);
});

test("channels that were seen keep their order, new ones go where they fit", () => {
  const seen = new Map([["a", 0], ["b", 1], ["c", 2], ["x", 0], ["y", 1]]);
  const rows = [["n", "a", "b", "c"], ["x", "y"]];
  const links = [link("a", "x"), link("b", "x"), link("c", "y"), link("n", "y"), link("b", "y"), link("c", "x")];
  const [low, top] = orderRows(rows, links, undefined, seen);
  expect(low!.filter((id) => id !== "n")).toEqual(["a", "b", "c"]);
  expect(low!.indexOf("n")).toBeGreaterThan(0);
  expect(top).toEqual(["x", "y"]);
});

test("channels that were seen change places where far fewer edges cross", () => {
  const seen = new Map([["a", 0], ["b", 1]]);
  const links = [link("a", "y"), link("b", "x")];
  expect(crossings(orderRows([["a", "b"], ["x", "y"]], links, undefined, seen), links)).toBe(0);
});

test("the same graph gives the same order every time", () => {
  const rows = [["a", "b", "c", "d"], ["e", "f", "g"], ["h", "i"]];
  const links = [link("a", "g"), link("b", "e"), link("c", "f"), link("d", "e"), link("e", "i"), link("g", "h"), link("f", "h")];
  expect(orderRows(rows, links)).toEqual(orderRows(rows, links));
});

test("blocks stay together and keep their order, whatever the edges wish", () => {
  const block = (id: string) => Number(id[0]);
  const [, top] = orderRows([["0a", "2b"], ["2x", "0y", "1z"]], [link("0a", "2x"), link("2b", "0y")], block);
  expect(top).toEqual(["0y", "1z", "2x"]);
});

test("no order has more crossings than the start", () => {
  let seed = 7;
  const random = (limit: number) => (seed = (seed * 16807) % 2147483647) % limit;
  for (let trial = 0; trial < 20; trial++) {
    const rows = [0, 1, 2, 3].map((r) => Array.from({ length: 6 }, (_, k) => `${r}-${k}`));
    const links = Array.from({ length: 30 }, () => {
      const r = random(3);
      return link(`${r}-${random(6)}`, `${r + 1}-${random(6)}`, 1 + random(9));
    });
    expect(crossings(orderRows(rows, links), links)).toBeLessThanOrEqual(crossings(rows, links));
  }
});

test("an edge to an unknown channel is refused", () => {
  expect(() => orderRows([["a"]], [link("a", "nowhere")])).toThrow("channel nowhere is in no row");
});

test("channels that were seen keep their order and new ones come in by index", () => {
  const row = [9, 3, 5, 7].map((index) => ({ id: `c${index}`, index }));
  expect(startOrder(row, new Map())).toEqual(["c3", "c5", "c7", "c9"]);
  expect(startOrder(row, new Map([["c9", 10], ["c3", 50]]))).toEqual(["c5", "c7", "c9", "c3"]);
});
