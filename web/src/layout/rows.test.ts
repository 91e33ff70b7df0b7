import { expect, test } from "vitest";
import { frameRows, seatRow } from "./rows";
import { LARGEST, SMALLEST, side } from "./scale";
import { GAP } from "./scene";

const seats = (count: number, side = 40) => Array.from({ length: count }, (_, k) => ({ id: `c${k}`, side, count: k }));
const nine = Array.from({ length: 9 }, (_, k) => ({ name: `l${k}`, note: "" }));

test("a picture's side is 22 px at a share of 0, 62 px at 1, and grows with the root", () => {
  expect([side(0), side(0.25), side(1)]).toEqual([SMALLEST, 42, LARGEST]);
  expect(side(7)).toBe(LARGEST);
});

test("nine rows fit 950 px at full size", () => {
  const { rows, height, zoom } = frameRows(nine, 950);
  expect(height).toBe(950);
  expect(zoom).toBe(1);
  expect(rows[0]!.y).toBeLessThan(950 - 15);
  expect(rows[8]!.y - LARGEST).toBeGreaterThan(0);
});

test("low boxes shrink all pictures alike and then grow the scene instead", () => {
  expect(frameRows(nine, 760).zoom).toBeLessThan(1);
  expect(frameRows(nine, 300).height).toBeGreaterThan(300);
});

test("pictures in a row never touch, are centred and stay in the box", () => {
  const row = seatRow(seats(14), { left: 100, width: 700, align: "middle", open: false });
  row.seats.slice(1).forEach((seat, k) => expect(seat.x - row.seats[k]!.x).toBeGreaterThanOrEqual(seat.side + GAP - 1e-9));
  const middle = (row.seats[0]!.x + row.seats.at(-1)!.x) / 2;
  expect(middle).toBeCloseTo(450);
  expect(row.seats[0]!.x - row.seats[0]!.side / 2).toBeGreaterThanOrEqual(100);
  expect(row.hidden).toEqual([]);
});

test("more than fit go behind a count, the least important first", () => {
  const row = seatRow(seats(30), { left: 0, width: 280, align: "middle", open: false });
  expect(row.seats).toHaveLength(9);
  expect(row.hidden).toHaveLength(21);
  expect(row.hidden).toContain("c0");
  expect(row.seats.at(-1)!.id).toBe("c29");
  expect(row.moreAt).toBeLessThanOrEqual(280);
});

test("an open row shows them all at the smallest size", () => {
  const row = seatRow(seats(30), { left: 0, width: 280, align: "middle", open: true });
  expect(row.hidden).toEqual([]);
  expect(row.seats.every((seat) => seat.side === SMALLEST)).toBe(true);
});
