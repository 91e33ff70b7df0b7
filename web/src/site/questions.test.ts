import { expect, test } from "vitest";
import { MOST, NEIGHBOURS, PATCHES, SIMILAR } from "../api";
import { fits, operationOf, questions } from "./questions";

test("the page's own questions are recorded, with blanks for what an export fills in", async () => {
  const all = new Map((await questions()).map((question) => [question.name, question]));
  expect([...all.keys()].sort()).toEqual(
    ["Channel", "ChannelPictures", "Classes", "Company", "Embeddings", "Groups", "Images", "MapClass", "Members", "Models", "Names", "Notes", "RunStoredQuery", "SuggestedNames", "View", "ViewPictures"],
  );
  expect(all.get("View")!.variables).toEqual({ model: "$model", index: "$index", isCut: false, threshold: null, unified: false, deadEnds: true, layer: null, similar: SIMILAR, score: "$score" });
  expect(all.get("Channel")!.variables).toEqual({ id: "$id", first: MOST });
  expect(all.get("Company")!.variables).toEqual({ model: "$model", index: "$index", groups: "$groups", neighbours: NEIGHBOURS });
  expect(all.get("ChannelPictures")!.variables).toMatchObject({ class: "$index", first: PATCHES, i0: "$id" });
  for (const { name, document } of all.values()) expect(operationOf(document)).toBe(name);
});

test("a question fits where all that was not filled in is as it was recorded", () => {
  const recorded = { name: "q", parameters: { model: "$model", limit: 8 }, layer: null };
  expect(fits(recorded, { name: "q", parameters: { model: "m", limit: 8 } })).toBe(true);
  expect(fits(recorded, { name: "q", parameters: { model: "m", limit: 9 }, layer: null })).toBe(false);
  expect(fits(recorded, { name: "other", parameters: { model: "m", limit: 8 } })).toBe(false);
  expect(fits(recorded, { name: "q", parameters: null })).toBe(false);
  expect(fits(recorded, { name: "q", parameters: { model: "m", limit: 8 }, layer: "mixed4d" })).toBe(false);
});
