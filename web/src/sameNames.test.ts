import { expect, test } from "vitest";
import { repeatedNames, tellApart } from "./sameNames";

const classes = [{ index: 134, name: "crane" }, { index: 517, name: "crane" }, { index: 0, name: "tench" }];

test("names that several classes have carry the index, wherever they stand in an answer", () => {
  const repeated = repeatedNames(classes);
  expect([...repeated]).toEqual(["crane"]);
  const answer = { imageClass: { ...classes[0], similar: [{ similarity: 1, imageClass: classes[1] }, { similarity: 0, imageClass: classes[2] }] } };
  expect(tellApart(answer, repeated)).toEqual({
    imageClass: { index: 134, name: "crane (134)", similar: [{ similarity: 1, imageClass: { index: 517, name: "crane (517)" } }, { similarity: 0, imageClass: classes[2] }] },
  });
});

test("an answer without such names is the one that came", () => {
  expect(tellApart(classes, new Set())).toBe(classes);
});
