import { expect, test } from "vitest";
import type { Model } from "../../types";
import { fitStatement, RECIPES, SCHEMA } from "./cookbook";

test("the schema beside the editor is the one of the documentation", () => {
  for (const part of ["(:ImageClass)-[:HAS_CHANNEL {count, pagerank, probability}]->(:Channel)", "[:INFLUENCED {sources, weights}]"]) expect(SCHEMA).toContain(part);
  expect(SCHEMA).not.toContain("```");
});

test("every statement of the cookbook is an example with the sentence that introduces it", () => {
  expect(RECIPES.length).toBeGreaterThan(10);
  expect(RECIPES.find(({ about }) => about === "Which classes use mixed4d/431 most?")?.statement).toMatch(/^MATCH [^]*LIMIT 10$/);
  expect(RECIPES.every(({ about, statement }) => about !== "" && !statement.includes("```"))).toBe(true);
});

test("an example is about the model that is looked at", () => {
  const model = { id: "m", layers: [{ id: "m/low", name: "low", index: 0, channels: 8 }] } as unknown as Model;
  const statement = "MATCH (:ImageClass {id: 'summit-inceptionv1/294'})--(:Channel {id: 'sample/middle/9'}) WHERE 1 = 1 RETURN 'a/b c', 'all', 'sample'";
  expect(fitStatement(statement, { model, indexes: [3], groups: [] })).toBe("MATCH (:ImageClass {id: 'm/3'})--(:Channel {id: 'm/low/1'}) WHERE 1 = 1 RETURN 'm/low', 'all', 'm'");
  expect(RECIPES.some(({ needsCounts }) => needsCounts) && RECIPES.some(({ needsCounts }) => !needsCounts)).toBe(true);
});
