import { expect, test } from "vitest";
import { reachOf, placed } from "./layout/interval";
import { type Beyond, betweenGroups, causes, leastOdds, oddsRatio, separate, separateByShares, separating, times } from "./separating";
import type { ComparedGraph } from "./types";

test("odds are those of the table with half a picture in every cell, with Woolf's interval", () => {
  const { log, low, high } = oddsRatio(40, 50, 10, 50);
  expect(log).toBeCloseTo(Math.log((40.5 * 40.5) / (10.5 * 10.5)), 12);
  expect(high - log).toBeCloseTo(1.959964 * Math.sqrt(2 / 40.5 + 2 / 10.5), 12);
  expect(log - low).toBeCloseTo(high - log, 12);
  expect(leastOdds({ log, low, high })).toBe(low);
  expect(leastOdds({ log: 0.1, low: -1, high: 1.2 })).toBe(0);
});

test("of two classes the one that has a channel more stands out, and the surest difference comes first", () => {
  const rows = separate([{ id: "few", counts: [0, 3] }, { id: "many", counts: [90, 10] }, { id: "even", counts: [50, 50] }], [100, 100]);
  expect(rows.map(({ id, place }) => [id, place])).toEqual([["many", 0], ["few", 1], ["even", 0]]);
  expect(rows.every(({ odds }) => odds!.log >= 0)).toBe(true);
});

test("one of several classes is compared with all others together, also where it has less", () => {
  const [row] = separate([{ id: "c", counts: [80, 85, 2] }], [100, 100, 100]);
  expect([row!.place, row!.odds!.log < 0]).toEqual([2, true]);
  const alone = oddsRatio(2, 100, 165, 200);
  expect(row!.odds!.log).toBeCloseTo(alone.log, 12);
  expect((row!.odds!.high - row!.odds!.log) / (alone.high - alone.log)).toBeCloseTo(2.39398 / 1.959964, 5); // any of three could have stood out
  expect(() => oddsRatio(1, 2, 1, 2, 13)).toThrow("12 classes, not for 13");
});

test("a count that is not known makes the odds a bound, and never that class the one that stands out", () => {
  const [row] = separate([{ id: "c", counts: [80, 90, null] }], [100, 100, 100]);
  expect([row!.place, row!.isBound]).toEqual([1, true]);
});

test("bounds come after what is known, and of bounds those that are sure come first: that a class has it less", () => {
  const rows = separate([{ id: "only", counts: [99, null, null] }, { id: "less", counts: [80, 85, 2, null].slice(1) }, { id: "known", counts: [52, 50, 50] }], [100, 100, 100]);
  expect(rows.map(({ id, place }) => [id, place])).toEqual([["known", 0], ["less", 1], ["only", 0]]);
  expect(rows[1]!.odds!.high).toBeLessThan(0);
});

const graph = {
  classes: [{ index: 3, name: "three", images: 100 }, { index: 7, name: "seven", images: null }],
  channels: [{ channel: { id: "m/low/1" }, classes: [3], counts: [60] }, { channel: { id: "m/low/2" }, classes: [3, 7], counts: [10, 20] }],
  edges: [{ source: "m/low/1", target: "m/high/2", classes: [7], weights: [25] }],
  layers: [],
} as unknown as ComparedGraph;

test("where pictures are not known there are no odds: shares of the largest number of the graph are compared", () => {
  const { channels, edges, guessed, isPartial } = separating(graph, [3, 7], null);
  expect([guessed, isPartial]).toEqual([[7], true]);
  expect([...channels, ...edges].every(({ odds, isBound }) => odds === null && !isBound)).toBe(true);
  expect(channels.map(({ id, place, counts }) => [id, place, counts])).toEqual([["m/low/2", 1, [10, 20]], ["m/low/1", 0, [60, null]]]);
  expect(channels.map(({ difference }) => difference)).toEqual([expect.closeTo(20 / 25 - 10 / 100, 12), 0.6]);
  expect(edges[0]).toMatchObject({ id: "m/low/1>m/high/2", place: 1, counts: [null, 25], difference: 1 });
});

test("of more classes a share is compared with the mean of the others, and what is not known never stands out", () => {
  const rows = separateByShares([{ id: "a", counts: [80, 85, 2] }, { id: "b", counts: [null, 50, null] }, { id: "c", counts: [90, 90, null] }], [100, 100, 100]);
  expect(rows.map(({ id, place }) => [id, place])).toEqual([["a", 2], ["b", 1], ["c", 0]]);
  expect(rows[0]!.difference).toBeCloseTo(0.02 - 0.825, 12);
});

const counted = { ...graph, classes: [{ index: 3, name: "three", images: 100 }, { index: 7, name: "seven", images: 50 }] } as unknown as ComparedGraph;

test("counts beside the graphs take the place of what is not known", () => {
  const beyond: Beyond = { channels: new Map([["m/low/1", [60, 55]]]), edges: new Map([["m/low/1>m/high/2", [0, 25]]]) };
  const { channels, edges, isPartial, guessed } = separating(counted, [3, 7], beyond);
  expect(guessed).toEqual([]);
  expect(channels.every(({ odds, isBound }) => odds !== null && !isBound)).toBe(true);
  expect(isPartial).toBe(false);
  expect(channels.find(({ id }) => id === "m/low/1")!.counts).toEqual([60, 55]);
  expect(edges[0]!.counts).toEqual([0, 25]);
});

const effect = (channel: string, drop: number) => ({ channel, drop, low: null, high: null, pictures: 8 });

test("effects are ranked by their difference, of channels that were measured on every class", () => {
  const rows = causes([[effect("a", 1.9), effect("b", -0.5), effect("lone", 9)], [effect("b", 2), effect("a", 0.1)]]);
  expect(rows.map(({ id, place, difference }) => [id, place, difference])).toEqual([["b", 1, 2.5], ["a", 0, expect.closeTo(1.8, 12)]]);
  const [one] = causes([[effect("a", 0)], [effect("a", 1)], [effect("a", 5)]]);
  expect([one!.place, one!.difference]).toEqual([2, 4.5]);
});

test("groups are compared by the odds over their classes", () => {
  const [first, second] = betweenGroups([{ id: "some", here: 2, there: 2 }, { id: "all", here: 0, there: 6 }], [4, 6]);
  expect([first!.id, first!.odds.log < 0, second!.id]).toEqual(["all", true, "some"]);
});

test("ratios are written with two digits", () => {
  expect([0, Math.log(12.4), -Math.log(3.41), Math.log(99.7), Math.log(2719)].map(times)).toEqual(["1.0 ×", "12 ×", "3.4 ×", "100 ×", "2,700 ×"]);
});

test("an interval that goes on beyond the axis is cut at its end", () => {
  expect(reachOf([{ at: -2, low: -9, high: 0 }, { at: 1, low: null, high: null }])).toBeCloseTo(2.2, 12);
  expect(placed({ at: 1, low: -4, high: 1.5 }, 2, 100)).toEqual({ x: 75, from: 0, to: 87.5, isCut: true });
  expect(placed({ at: 1, low: null, high: null }, 2, 100)).toEqual({ x: 75, from: 75, to: 75, isCut: false });
});
