import { expect, test } from "vitest";
import { placeLabels, spread, type Wanted } from "./labels";

function finish<T>(work: Generator<undefined, T, undefined>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const page = { width: 200, height: 100 };
const label = (id: number, x: number, y: number): Wanted => ({ id, text: String(id), x, y, width: 40, height: 12, gap: 6 });

test("a name stands at the right of its point, or where there is room", () => {
  const [first, second, third] = placeLabels([label(1, 50, 50), label(2, 60, 50), label(3, 190, 20)], page, 10);
  expect(first).toMatchObject({ left: 56, top: 44 });
  expect(second).toMatchObject({ left: 14, top: 44 });
  expect(third).toMatchObject({ left: 144, top: 14 });
});

test("no two names touch, whatever their number", () => {
  const crowd = Array.from({ length: 300 }, (_, k) => label(k, (k * 37) % 200, (k * 53) % 100));
  const written = placeLabels(crowd, page, 300);
  expect(written.length).toBeGreaterThan(5);
  for (const a of written)
    for (const b of written)
      if (a !== b) expect(a.left + a.width <= b.left || b.left + b.width <= a.left || a.top + a.height <= b.top || b.top + b.height <= a.top).toBe(true);
});

test("a name that comes twice is written once", () => {
  expect(placeLabels([label(1, 100, 50), label(1, 100, 50), label(2, 20, 20)], page, 10).map(({ id }) => id)).toEqual([1, 2]);
});

test("the first in order win, and no more than wanted are written", () => {
  const same = [label(1, 100, 50), label(2, 20, 20), label(3, 20, 80)];
  expect(placeLabels(same, page, 2).map(({ id }) => id)).toEqual([1, 2]);
});

test("where hardly a name has room, few are tried for each that is written", () => {
  let tried = 0;
  function* crowd() {
    for (; tried < 1000; tried++) yield label(tried, 100, 50);
  }
  expect(placeLabels(crowd(), page, 20).length).toBeLessThan(20);
  expect(tried).toBe(120);
});

test("names off the page are left out", () => {
  expect(placeLabels([label(1, -80, 50)], page, 5)).toEqual([]);
});

test("points are spread: each next is the farthest from those before", () => {
  expect(finish(spread([0, 1, 10, 5], [0, 0, 0, 0], 4))).toEqual([0, 2, 3, 1]);
  expect(finish(spread([], [], 4))).toEqual([]);
  expect(finish(spread([3, 3], [1, 1], 4))).toEqual([0, 1]);
});

test("they are spread a row at a time, so that the work can be divided among frames", () => {
  const work = spread([0, 1, 10, 5], [0, 0, 0, 0], 3);
  for (let row = 0; row < 3; row++) expect(work.next().done).toBe(false);
  expect(work.next()).toEqual({ done: true, value: [0, 2, 3] });
});
