import { expect, test } from "vitest";
import { appendTo, kindOf, readParameter, readParameters, writeParameter } from "./parameters";

test("a field's text becomes what the contract asks for", () => {
  expect(readParameter("a", "string", "brown bear")).toBe("brown bear");
  expect(readParameter("a", "int", " 12 ")).toBe(12);
  expect(readParameter("a", "float", "0.5")).toBe(0.5);
  expect(readParameter("a", "bool", "true")).toBe(true);
  expect(readParameter("a", "list<int>", "[1, 2]")).toEqual([1, 2]);
  expect(readParameter("a", "list<int>", "294, 295")).toEqual([294, 295]);
  expect(readParameter("a", "list<string>", "x, y")).toEqual(["x", "y"]);
  expect(readParameter("a", "map", '{"k": 1}')).toEqual({ k: 1 });
});

test("an empty field of an optional parameter is null", () => {
  expect(readParameter("layer", "string?", "")).toBeNull();
  expect(readParameter("layer", "string", "")).toBe("");
});

test("what does not fit is refused with the name and what is expected", () => {
  expect(() => readParameter("limit", "int", "many")).toThrow("limit must be a whole number");
  expect(() => readParameter("x", "float", "")).toThrow("x must be a number");
  expect(() => readParameter("rows", "list<map>", "{}")).toThrow("rows must be a JSON list (list<map>)");
  expect(() => readParameters("[1]")).toThrow("JSON object");
});

test("values are written as they are read", () => {
  for (const [type, value] of [["string", "a"], ["int", 3], ["list<string>", ["a", "b"]], ["string?", null]] as const)
    expect(readParameter("p", type, writeParameter(value))).toEqual(value);
});

test("an example tells whether a parameter is a class, a channel or a group", () => {
  expect(kindOf("class", "m/294")).toBe("class");
  expect(kindOf("classes", ["m/294", "m/295"])).toBe("class");
  expect(kindOf("ids", ["m/mixed4d/431"])).toBe("channel");
  expect(kindOf("other", "m/n01861778")).toBe("group");
  expect(kindOf("group", "bear")).toBe("group");
  for (const [name, value] of [["model", "m"], ["layer", "m/mixed4d"], ["limit", 10], ["group", null], ["words", []]] as const)
    expect(kindOf(name, value)).toBeNull();
});

test("what is found is added to a list once", () => {
  expect(appendTo("", ["m/1", "m/2"])).toBe('["m/1","m/2"]');
  expect(appendTo('["m/1"]', ["m/2", "m/1"])).toBe('["m/1","m/2"]');
  expect(appendTo("m/3, m/1", ["m/2"])).toBe('["m/3","m/1","m/2"]');
  expect(appendTo("[broken", ["m/2"])).toBe('["m/2"]');
});
