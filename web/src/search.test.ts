import { expect, test } from "vitest";
import { closeness, findChannels } from "./search";
import type { Model } from "./types";

const layers = [["mixed4d", 528], ["mixed5a", 832]].map(([name, channels], index) => ({ id: `m/${name}`, name, index, channels }));
const model = { id: "m", layers } as unknown as Model;
const found = (text: string) => findChannels(model, text, () => undefined).map((finding) => finding.title);

test("a channel is found by its layer's name, or the end of it", () => {
  expect(found("mixed4d/431")).toEqual(["mixed4d/431"]);
  expect(found("4d 431")).toEqual(["mixed4d/431"]);
  expect(found("mixed5a-0")).toEqual(["mixed5a/0"]);
});

test("a channel that the layer does not have is not found", () => {
  expect(found("mixed4d/528")).toEqual([]);
  expect(found("brown bear")).toEqual([]);
  expect(found("294")).toEqual([]);
});

test("closer names come first", () => {
  expect(closeness("brown bear", "brown bear")).toBe(3);
  expect(closeness("brown bear", "brown")).toBe(2);
  expect(closeness("American black bear", "bear")).toBe(1);
  expect(closeness("forbearing", "bear")).toBe(0);
});
