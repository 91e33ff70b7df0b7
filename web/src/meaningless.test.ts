import { expect, test } from "vitest";
import { excludeList, proposedOf, sorted } from "./meaningless";

const columns = ["channel", "layer", "index", "reason", "classes", "frequency", "position", "selectivity"];
const rows = [
  ["m/low/3", "low", 3, "position and selectivity", 4, 0.4, 1.65, 0.03],
  ["m/low/5", "low", 5, "position and selectivity", 6, 0.2, 2.5, 0.1],
  ["m/high/1", "high", 1, "frequency alone", 9, null, null, null],
];
const found = proposedOf({ columns, rows });

test("channels are sorted by each score, the likeliest to mean nothing first, and unmeasured ones last", () => {
  const ids = (by: Parameters<typeof sorted>[1]) => sorted(found, by).map(({ id }) => id);
  expect(ids("classes")).toEqual(["m/high/1", "m/low/5", "m/low/3"]);
  expect(ids("frequency")).toEqual(["m/low/3", "m/low/5", "m/high/1"]);
  expect(ids("position")).toEqual(["m/low/5", "m/low/3", "m/high/1"]);
  expect(ids("selectivity")).toEqual(["m/low/3", "m/low/5", "m/high/1"]);
});

test("the list names a channel a line, with its reason as a comment", () => {
  expect(excludeList("m", [found[0]!, found[2]!])).toBe(
    "# of m: position (nats), selectivity and frequency (shares), or the number of graphs that have it\nlow/3  # 1.650 0.030 0.400\nhigh/1  # in 9 graphs\n",
  );
});
