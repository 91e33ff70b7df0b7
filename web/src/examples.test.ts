import { expect, test } from "vitest";
import { fitExample } from "./examples";
import type { ClassGroup, Model } from "./types";

const layers = [["low", 8], ["top", 5]].map(([name, channels], index) => ({ id: `m/${name}`, name, index, channels }));
const model = { id: "m", layers } as unknown as Model;
const groups = [
  { id: "m/n01", wnid: "n01", name: "cat", classCount: 2 },
  { id: "m/n02", wnid: null, name: "dog", classCount: 3 },
] as ClassGroup[];
const known = { model, indexes: [3, 207, 388, 992], groups: [] as ClassGroup[] }; // of pictures in folders, say

test("an example about another model names classes, channels and layers of this one", () => {
  expect(fitExample({ model: "other", limit: 10, words: "bear" }, known)).toEqual({ model: "m", limit: 10, words: "bear" });
  expect(fitExample({ class: "other/294", layer: "mixed4d" }, known)).toEqual({ class: "m/388", layer: "top" });
  expect(fitExample({ ids: ["other/mixed4d/431", "other/low/9"] }, known)).toEqual({ ids: ["m/top/1", "m/low/1"] });
  expect(fitExample({ classes: ["other/294", "other/295", "other/298"] }, known)).toEqual({ classes: ["m/388", "m/992"] });
  expect(fitExample({ layer: "other/mixed4d" }, known)).toEqual({ layer: "m/top" });
});

test("a question about a channel of another model is about one that graphs of this one have", () => {
  const seen = { ...known, channel: "m/low/3" };
  expect(fitExample({ channel: "other/mixed4d/431", to: "other/low/2" }, seen)).toEqual({ channel: "m/low/3", to: "m/low/2" });
  expect(fitExample({ channel: "m/top/1" }, seen)).toEqual({ channel: "m/top/1" });
});

test("an example about this model stays as it is", () => {
  const own = { class: "m/3", channels: ["m/low/7", "m/top/0"], layer: "low", operation: "UNION", limit: null };
  expect(fitExample(own, known)).toEqual(own);
});

test("an example about groups is about the model's, and left alone where it has none", () => {
  const example = { class: "other/603", group: "other/n01861778", against: "other/n04576211" };
  expect(fitExample(example, known)).toEqual(example);
  expect(fitExample(example, { ...known, groups })).toEqual({ class: "m/992", group: "m/n01", against: "m/n02" });
  expect(fitExample({ model: "other", group: "bear", against: "mammal" }, { ...known, groups })).toEqual({ model: "m", group: "n01", against: "m/n02" });
  expect(fitExample({ groups: ["n00004475", "n00021939"] }, { ...known, groups })).toEqual({ groups: ["n01", "m/n02"] });
  expect(fitExample({ group: "dog", against: "cat" }, { ...known, groups })).toEqual({ group: "dog", against: "cat" });
});
