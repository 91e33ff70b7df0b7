import { expect, test } from "vitest";
import { RECIPES } from "./cookbook";
import { tokensOf } from "./highlight";

test("words of the language, text, numbers, labels, parameters and comments have their colours", () => {
  const sorts = tokensOf("MATCH (c:Channel {id: $id}) // all\nRETURN c.name, 'it\\'s \"so\"', 2.5e-3").filter(({ text }) => text.trim() !== "");
  expect(sorts.filter(({ sort }) => sort !== "plain")).toEqual([
    { text: "MATCH", sort: "keyword" },
    { text: ":Channel", sort: "label" },
    { text: "$id", sort: "parameter" },
    { text: "// all", sort: "comment" },
    { text: "RETURN", sort: "keyword" },
    { text: "'it\\'s \"so\"'", sort: "text" },
    { text: "2.5e-3", sort: "number" },
  ]);
});

test("a name that begins like a word of the language is a name", () => {
  expect(tokensOf("RETURNED in_order ordering").every(({ sort }) => sort === "plain")).toBe(true);
});

test.each([...RECIPES.map(({ statement }) => statement), "", "'open", "/* open", "`odd", ":", "🦝 é $ \\ \n\t"])("the parts of %j are the whole of it", (statement) => {
  expect(tokensOf(statement).map(({ text }) => text).join("")).toBe(statement);
});
