import { expect, test } from "vitest";
import { linkOf } from "./ids";
import { compare, edgesOf, idsIn, numbersIn, rowsOf, toCsv, wordOf } from "./table";

test("numbers are sorted by size, words with numbers in them too, and nothing comes last", () => {
  expect([10, 9, null, 100].sort(compare)).toEqual([9, 10, 100, null]);
  expect(["mixed4d/431", "mixed4d/9"].sort(compare)).toEqual(["mixed4d/9", "mixed4d/431"]);
});

test("ids of the model lead to its classes and channels", () => {
  const ids = { model: "m", layers: new Set(["mixed4d"]) };
  expect(linkOf("m/294", ids)).toMatchObject({ room: "explore", class: 294 });
  expect(linkOf("m/mixed4d/431", ids)).toMatchObject({ room: "channel", channel: "mixed4d/431" });
  expect(linkOf("m/attic/1", ids)).toBeNull();
  expect(linkOf("n/294", ids)).toBeNull();
});

test("a table is written as CSV with its commas and quotes intact", () => {
  const table = { columns: ["name", "n"], rows: [['a "b", c', 1], [null, [2, 3]]] };
  expect(toCsv(table)).toBe('name,n\n"a ""b"", c",1\n,"[2,3]"\n');
  expect(toCsv({ columns: ["name", "n"], rows: [["=1+1", -1], ["@x", 2]] })).toBe("name,n\n'=1+1,-1\n'@x,2\n"); // no formulas
  expect(wordOf({ a: 1 })).toBe('{"a":1}');
});

test("two columns of channels are edges, each drawn once; other answers are no graph", () => {
  const ids = { model: "m", layers: new Set(["low", "top"]) };
  const answer = (...rows: unknown[][]) => ({ columns: ["source", "weight", "target"], rows });
  const edge = ["m/low/1", 5, "m/top/2"];
  expect(edgesOf(answer(edge, edge), ids)).toEqual([{ source: "m/low/1", target: "m/top/2", weight: 1, share: null }]);
  expect(edgesOf(answer(edge, ["m/294", 5, "m/top/2"]), ids)).toBeNull();
  expect(edgesOf(answer(), ids)).toBeNull();
});

test("the channels and classes of a result are found wherever they stand, each once", () => {
  const ids = { model: "m", layers: new Set(["low"]) };
  const rows = [["m/7", ["m/low/1", "m/low/2"], 3], ["m/7", ["m/low/1"], "m/attic/1"], ["m/8", null, "n/9"]];
  expect(idsIn({ columns: ["class", "channels", "other"], rows }, ids)).toEqual({ channels: ["m/low/1", "m/low/2"], classes: [7, 8] });
});

test("columns of numbers may lack some, but not all", () => {
  const rows = [["a", 1, null, null], ["b", null, "x", null]];
  expect(numbersIn({ columns: ["name", "n", "mixed", "none"], rows })).toEqual([1]);
});

test("rows are read by the names of their columns, none of which may lack", () => {
  const table = { columns: ["b", "a"], rows: [[1, "x"], [2, "y"]] };
  expect(rowsOf(table, "a", "b")).toEqual([{ a: "x", b: 1 }, { a: "y", b: 2 }]);
  expect(() => rowsOf(table, "c")).toThrow("The answer has no column c: it has b, a.");
});
