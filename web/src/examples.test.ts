import { expect, test } from "vitest";
import { fitExample } from "./examples";
import type { Model } from "./types";

const layers = [["low", 8], ["top", 5]].map(([name, channels], index) => ({ id: `m/${name}`, name, index, channels }));
const model = { id: "m", classCount: 10, layers } as unknown as Model;

test("an example about another model names classes, channels and layers of this one", () => {
  expect(fitExample({ model: "other", limit: 10, words: "bear" }, model)).toEqual({ model: "m", limit: 10, words: "bear" });
  expect(fitExample({ class: "other/294", layer: "mixed4d" }, model)).toEqual({ class: "m/4", layer: "top" });
  expect(fitExample({ ids: ["other/mixed4d/431", "other/low/9"] }, model)).toEqual({ ids: ["m/top/1", "m/low/1"] });
  expect(fitExample({ classes: ["other/294", "other/295", "other/304"] }, model)).toEqual({ classes: ["m/4", "m/5"] });
  expect(fitExample({ layer: "other/mixed4d" }, model)).toEqual({ layer: "m/top" });
});

test("an example about this model stays as it is", () => {
  const own = { class: "m/3", channels: ["m/low/7", "m/top/0"], layer: "low", operation: "UNION", limit: null };
  expect(fitExample(own, model)).toEqual(own);
});

test("an example about a group is left alone", () => {
  const example = { class: "other/603", group: "other/n01861778" };
  expect(fitExample(example, model)).toEqual(example);
});
