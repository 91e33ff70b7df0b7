import { expect, test } from "vitest";
import { companionsOf, nearOf, placesOf, tellPlace } from "./everywhere";

test("edges over all classes are read by the names of columns", () => {
  const columns = ["neighbour", "layer", "index", "is_input", "classes", "mean_weight"];
  const rows = [["m/low/3", "low", 3, true, 12, 40.6], ["m/high/1", "high", 1, false, 1, 7]];
  expect(nearOf({ columns, rows })).toEqual([
    { id: "m/low/3", isInput: true, classes: 12, alike: null, about: "in the graphs of 12 classes, mean weight 41" },
    { id: "m/high/1", isInput: false, classes: 1, alike: null, about: "in the graphs of 1 class, mean weight 7" },
  ]);
});

test("companions tell how many classes have both", () => {
  const table = { columns: ["companion", "together", "classes", "jaccard"], rows: [["m/low/3", 5, 9, 0.5]] };
  expect(companionsOf(table, "low/7")).toEqual([{ id: "m/low/3", classes: 5, alike: 0.5, about: "5 classes have low/7 and low/3, 9 have low/3" }]);
});

test("a place is a rank in the graph's layer, with the share where it is known", () => {
  const table = { columns: ["class", "index", "name", "count", "share", "rank", "row"], rows: [["m/4", 4, "four", 6, 0.12, 1, 9], ["m/5", 5, "five", 6, null, 2, 3]] };
  expect([...placesOf(table)].map(([index, place]) => [index, tellPlace(place)])).toEqual([[4, "1 of 9, 12 %"], [5, "2 of 3"]]);
});
