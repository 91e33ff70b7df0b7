import { expect, test } from "vitest";
import { parseJson, printJson, wholeNumber } from "./json";

const TEXT = '{"id":9007199254740993,"low":-9223372036854775808,"text":"9007199254740993","part":0.12345678901234567,"far":12345678901234567890e3,"small":7}';

test("whole numbers that a double cannot hold keep every digit", () => {
  const value = parseJson(TEXT) as Record<string, unknown>;
  expect(value["id"]).toBe(9007199254740993n);
  expect(value["low"]).toBe(-9223372036854775808n);
  expect([value["text"], value["part"], value["small"]]).toEqual(["9007199254740993", 0.12345678901234567, 7]);
  expect(printJson(value)).toContain('"id":9007199254740993,"low":-9223372036854775808,"text":"9007199254740993"');
});

test("digits inside strings stay strings, quotes in them too", () => {
  const text = JSON.stringify({ a: 'say "9007199254740993", and 12345678901234567890' });
  expect(parseJson(text)).toEqual(JSON.parse(text));
  expect(printJson(parseJson(text))).toBe(text);
});

test("typed digits are numbers where that is exact", () => {
  expect([wholeNumber("12"), wholeNumber("+9007199254740993")]).toEqual([12, 9007199254740993n]);
});
