// Writes src/answers.ts: the types of what the page asks, from the service's SDL and the page's documents.
// `node answers.mjs --check` writes nothing and fails where that file is not what they give.
import { readFileSync, writeFileSync } from "node:fs";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";
import { runnerImport } from "vite";

const SDL = new URL("../graphql_api/schema.graphql", import.meta.url);
const ANSWERS = new URL("src/answers.ts", import.meta.url);

const { module } = await runnerImport("./src/documents.ts", { configFile: false, logLevel: "error" });
const documents = Object.entries(module.documents()).map(([name, text]) => ({ location: name, document: parse(text) }));
const types = await codegen({
  schema: parse(readFileSync(SDL, "utf8")),
  filename: "answers.ts",
  documents,
  plugins: [{ operations: {} }],
  pluginMap: { operations },
  config: { immutableTypes: true, skipTypename: true, scalars: { ID: "string", JSON: "unknown" } },
});

/** One interface with the type of each document, by the document's name. */
const table = (name, suffix) => `export interface ${name} {\n${documents.map(({ location, document: { definitions: [asked] } }) =>
  `  readonly ${location}: ${asked.name.value}${asked.operation === "query" ? "Query" : "Mutation"}${suffix};`).join("\n")}\n}\n`;

const text = `// Made by \`npm run generate\` from the service's SDL and documents.ts; not to be edited.\n\n${types}\n\n${table("Answers", "")}\n${table("Variables", "Variables")}`;
if (!process.argv.includes("--check")) writeFileSync(ANSWERS, text);
else if (readFileSync(ANSWERS, "utf8") !== text) {
  console.error("web/src/answers.ts is not what graphql_api/schema.graphql and web/src/documents.ts give; run `npm run generate` in web/");
  process.exitCode = 1;
}
