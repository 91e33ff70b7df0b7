import { expect, test } from "vitest";
import { candidates, listOf, nameOf, titleOf, withClass, withoutClass } from "./chosen";

const group = (name: string, wnid: string) => ({ id: `m/${wnid}`, name, wnid, classCount: 2 });
const groups = [group("car", "n02958343"), group("car", "n02959942"), group("bear", "n02131653")];
const className = (index: number) => `class ${index}`;

test("a choice is a list where it is made of numbers", () => {
  expect(listOf("294,295,294")).toEqual([294, 295]);
  for (const other of ["all", "n02131653", "bear", "", null]) expect(listOf(other)).toBeNull();
});

test("a list grows and shrinks by classes, and a group gives way to the first class", () => {
  expect(withClass("294", 295)).toBe("294,295");
  expect(withClass("294,295", 294)).toBe("294,295");
  expect(withClass("n02131653", 7)).toBe("7");
  expect(withoutClass("294,295", 294)).toBe("295");
  expect(withoutClass("294", 294)).toBeNull();
});

test("choices are called what people call them", () => {
  expect(nameOf("n02131653", groups, className)).toBe("bear");
  expect(nameOf("n09999999", groups, className)).toBe("n09999999");
  expect(nameOf("1,2", groups, className)).toBe("class 1, class 2");
  expect(nameOf("1,2,3,4", groups, className)).toBe("4 classes");
  expect(nameOf("all", groups, className)).toBe("all classes");
});

test("groups of one name are told apart by their wnid", () => {
  expect(groups.map((item) => titleOf(item, groups))).toEqual(["car n02958343", "car n02959942", "bear"]);
  expect(candidates("car", groups).map((item) => item.wnid)).toEqual(["n02958343", "n02959942"]);
  expect(candidates("bear", groups)).toEqual([]);
});
