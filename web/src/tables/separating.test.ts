import { expect, test } from "vitest";
import { betweenGroups, separate, separateByShares } from "../separating";
import { groupTwins, separatingTwins } from "./separating";
import { filled } from "./twin";

const items = [{ id: "m/low/1", counts: [60, 10] }, { id: "m/low/2", counts: [50, null] }];

test("a ranking's table tells of each ratio whether its interval excludes 1, and of a bound that it is one", () => {
  const [channels] = separatingTwins({ channels: separate(items, [100, 100]), edges: [], guessed: [], isPartial: true }, [], ["bear", "cat"]);
  expect(channels!.title).toBe("Channels by odds");
  expect(channels!.columns).toEqual(["channel", "stands out", "odds ratio", "low", "high", "interval", "difference of shares, %", "bear, pictures", "cat, pictures"]);
  expect(channels!.rows.map((row) => [row[0], row[1], row[5], row[6], row[8]])).toEqual([["m/low/1", "bear", "excludes 1", 50, 10], ["m/low/2", "bear", "none: at most this ratio", 50, null]]);
});

test("without odds there is no column of them", () => {
  const [channels] = separatingTwins({ channels: separateByShares(items, [80, 100]), edges: [], guessed: [3], isPartial: true }, [], ["bear", "cat"]);
  expect(channels!.title).toBe("Channels by difference of shares");
  expect(filled(channels!).columns).toEqual(["channel", "stands out", "difference of shares, %", "bear, pictures", "cat, pictures"]);
});

test("the odds of groups are the first one's by the second one's", () => {
  const [, edges] = groupTwins([], betweenGroups([{ id: "m/a/1>m/b/2", here: 0, there: 3 }], [3, 3]), [{ name: "bears", classes: [1, 2, 3] }, { name: "cats", classes: [4, 5, 6] }]);
  expect(edges!.columns.slice(-2)).toEqual(["bears, of 3 classes", "cats, of 3 classes"]);
  const [lone] = groupTwins([], [], [{ name: "bears", classes: [1] }, { name: "cats", classes: [4, 5] }]);
  expect(lone!.columns.slice(-2)).toEqual(["bears, of 1 class", "cats, of 2 classes"]);
  expect(edges!.rows).toEqual([["m/a/1", "m/b/2", 0.02041, expect.any(Number), expect.any(Number), "includes 1", 0, 3]]);
});
