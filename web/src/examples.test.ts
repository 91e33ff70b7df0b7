import { expect, test } from "vitest";
import { fitExample } from "./examples";
import type { Model } from "./types";

const layers = [["low", 8], ["top", 5]].map(([name, channels], index) => ({ id: `m/${name}`, name, index, channels }));
const model = { id: "m", layers } as unknown as Model;
const indexes = [3, 207, 388, 992]; // of pictures in folders, say

test("an example about another model names classes, channels and layers of this one", () => {
  expect(fitExample({ model: "other", limit: 10, words: "bear" }, model, indexes)).toEqual({ model: "m", limit: 10, words: "bear" });
  expect(fitExample({ class: "other/294", layer: "mixed4d" }, model, indexes)).toEqual({ class: "m/388", layer: "top" });
  expect(fitExample({ ids: ["other/mixed4d/431", "other/low/9"] }, model, indexes)).toEqual({ ids: ["m/top/1", "m/low/1"] });
  expect(fitExample({ classes: ["other/294", "other/295", "other/298"] }, model, indexes)).toEqual({ classes: ["m/388", "m/992"] });
  expect(fitExample({ layer: "other/mixed4d" }, model, indexes)).toEqual({ layer: "m/top" });
});

test("an example about this model stays as it is", () => {
  const own = { class: "m/3", channels: ["m/low/7", "m/top/0"], layer: "low", operation: "UNION", limit: null };
  expect(fitExample(own, model, indexes)).toEqual(own);
});

test("an example about a group is left alone", () => {
  const example = { class: "other/603", group: "other/n01861778" };
  expect(fitExample(example, model, indexes)).toEqual(example);
});
