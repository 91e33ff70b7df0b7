import { expect, test } from "vitest";
import { chance, counted, percent, plural, points, probability, ratio, shellWord, shortId } from "./format";

test("numbers are grouped, and words agree with them", () => {
  expect(plural(1, "class", "classes")).toBe("1 class");
  expect(plural(1300, "picture")).toBe("1,300 pictures");
});

test("a share is given with the count only where it is known", () => {
  expect(counted(167, "picture", null)).toBe("in 167 pictures");
  expect(counted(167, "picture", 167 / 1300)).toBe("in 167 pictures, 13 %");
  expect(percent(0.0123)).toBe("1.2 %");
});

test("small chances stay readable, even below the smallest number", () => {
  expect(probability(0.0421)).toBe("0.042");
  expect(probability(0.0000312)).toBe("3e-5");
  expect(chance(Math.log(0.25))).toBe("0.25");
  expect(chance(-1000 * Math.LN10)).toBe("1e-1000");
});

test("an odds ratio says infinity where it is", () => {
  expect([ratio(12.34), ratio(1234.5), ratio(Number.POSITIVE_INFINITY)]).toEqual(["12", "1,235", "∞"]);
  expect([99.4, 99.5, 99.99, 100].map(ratio)).toEqual(["99", "100", "100", "100"]);
});

test("an id without its model", () => {
  expect(shortId("summit-inceptionv1/mixed4d/431")).toBe("mixed4d/431");
});

test("differences carry their sign", () => {
  expect(points(0.41)).toBe("+41");
  expect(points(-0.08)).toBe("−8.0");
});

test("a word of a command is quoted where a shell would split or read it", () => {
  expect(["tower", "a/b-1.5", "my run", "it's $HOME"].map(shellWord)).toEqual(["tower", "a/b-1.5", "'my run'", "'it'\\''s $HOME'"]);
});
