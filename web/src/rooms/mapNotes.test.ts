import { expect, test } from "vitest";
import type { Embedding, Model } from "../types";
import { chosenGroups, type MapData } from "./mapData";
import { legendOf, mayChange, notesOn, strangersOn, whyEmpty } from "./mapNotes";

const model: Model = { id: "toy", architecture: null, dataset: null, graphThreshold: null, weightUnit: null, classCount: 4, channelCount: 9, graphChannelCount: 9, largestCount: 1, scores: [], largestWeight: 1, layers: [] };
const here = { model, isSite: false };
const copy = { model, isSite: true };
const embedding: Embedding = { layer: "low", classes: [0, 1, 2], x: [0, 1, 2], y: [0, 0, 0], parked: [], source: "graphs", stale: false, parameters: "{}" };
const name = (index: number) => ["ant", "bee", "cow", "dog"][index] ?? "";

test("a map without points says why, and how to get one", () => {
  expect(whyEmpty({ ...here, model: { ...model, classCount: 2 } }, 0, null, null)).toBe("A map needs 3 classes or more; toy has 2.");
  expect(whyEmpty(here, 0, null, null)).toContain("run summit embed toy");
  expect(whyEmpty({ ...here, model: { ...model, id: "my toy" } }, 0, null, null)).toContain("run summit embed 'my toy'");
  expect(whyEmpty(copy, 0, null, null)).toBe("This published copy has no map.");
  expect(whyEmpty(here, 2, null, "attic")).toBe("There is no map at attic.");
  expect(whyEmpty(here, 2, { ...embedding, classes: [1] }, null)).toBe("Only 1 class has channels at low; a map needs 3 or more.");
});

test("a map is looked for again where a service may have another one soon", () => {
  const few = { ...here, model: { ...model, classCount: 2 } };
  expect([mayChange(here, []), mayChange(here, [embedding, { stale: true }]), mayChange(here, [embedding])]).toEqual([true, true, false]);
  expect([mayChange(few, []), mayChange(copy, []), mayChange(copy, [{ stale: true }])]).toEqual([false, false, false]);
});

test("what is not where it should be is named", () => {
  expect(notesOn(here, { ...embedding, classes: [0, 1, 2, 3] }, name)).toEqual([]);
  expect(notesOn(here, { ...embedding, stale: true, parked: [1, 2] }, name)).toEqual([
    "The counts have changed since this map was made; run summit embed toy.",
    "At the rim because they share no channel with any other class: bee, cow.",
    "1 class has no channel at low.",
  ]);
});

const data: MapData = { embeddings: [embedding], bounds: { left: 0, right: 1, bottom: 0, top: 1 }, groups: [{ id: "toy/insect", wnid: "insect", name: "insect", classCount: 2, classes: [0, 1] }], names: new Map(), accuracies: new Map() };

test("without accuracies points are coloured by group, and a note says so", () => {
  const asked = { colours: ["accuracy"], company: [], picked: [] };
  const chosen = chosenGroups(data, model, ["accuracy", "insect"], []);
  expect(legendOf(data, chosen, embedding, { kind: "groups", looks: new Map() })).toMatchObject({ byAccuracy: false, hasAccuracy: false, groups: [{ name: "insect" }] });
  expect(strangersOn(here, data, asked)).toEqual(["toy has no accuracies, which the address names."]);
  const known = { ...data, accuracies: new Map([[0, 0.5]]) };
  expect(chosenGroups(known, model, ["accuracy"], [])).toMatchObject({ byAccuracy: true, coloured: [] });
  expect(strangersOn(here, known, asked)).toEqual([]);
});
