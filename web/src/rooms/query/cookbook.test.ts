import { expect, test } from "vitest";
import { RECIPES, SCHEMA } from "./cookbook";

test("the schema beside the editor is the one of the documentation", () => {
  for (const part of ["(:ImageClass)-[:HAS_CHANNEL {count, pagerank, probability}]->(:Channel)", "[:INFLUENCED {sources, weights}]"]) expect(SCHEMA).toContain(part);
  expect(SCHEMA).not.toContain("```");
});

test("every statement of the cookbook is an example with the sentence that introduces it", () => {
  expect(RECIPES.length).toBeGreaterThan(10);
  expect(RECIPES.find(({ about }) => about === "Which classes use mixed4d/431 most?")?.statement).toMatch(/^MATCH [^]*LIMIT 10$/);
  expect(RECIPES.every(({ about, statement }) => about !== "" && !statement.includes("```"))).toBe(true);
});
