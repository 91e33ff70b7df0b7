import { expect, test } from "vitest";
import type { Api } from "./api";
import { createNames } from "./names";
import { closeness, findChannels, findNamed } from "./search";
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

test("a channel that somebody named comes before those of a suggested name, however near", async () => {
  const suggested = { name: "bear", channel: { id: "m/mixed4d/1" }, together: 3, size: 4, classCount: 3, q: 0.001 };
  const api = { suggestedNames: async () => [suggested], notes: async () => [], mayChange: () => false } as unknown as Api;
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const names = createNames(api, "m", storage as unknown as Storage);
  await names.keep({ kind: "CHANNEL", target: "mixed4d/2", name: "face of a bear" }, null);
  expect((await findNamed(names, "bear", () => undefined)).map(({ title, note }) => [title, note])).toEqual([["mixed4d/2", "face of a bear"], ["mixed4d/1", "bear?"]]);
});
