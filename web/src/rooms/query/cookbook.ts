// What the database holds and statements to begin with, as docs/cypher.md has them.
import { fitValue, type Known } from "../../examples";
import cypher from "../../../../docs/cypher.md?apart";
import { must } from "../../must";

export interface Recipe {
  readonly about: string;
  readonly statement: string;
  readonly needsCounts: boolean; // what imported graphs do not have
}

/** The labels, relationships and properties, as text. */
export const schemaOf = (doc: string): string => [...part(doc, "The graph").matchAll(/```text\n(.*?)```/gs)].map(([, text]) => must(text).trimEnd()).join("\n\n");

/** Each statement of the cookbook with the sentence before it. */
export const recipesOf = (doc: string): Recipe[] =>
  [...part(doc, "Cookbook").matchAll(/([^\n]+(?:\n[^\n]+)*)\n\n```cypher\n(.*?)\n```/gs)].map(([, about, statement]) => ({ about: must(about).replaceAll("\n", " "), statement: must(statement), needsCounts: COUNTS.test(must(statement)) }));

/** The statement about another model's classes, channels and layers. */
export const fitStatement = (statement: string, known: Known): string => statement.replace(/'([^'\n]+)'/g, (_, text: string) => `'${String(fitId(text, known))}'`);

const MODELS = ["summit-inceptionv1", "sample"]; // that the documentation speaks of
const COUNTS = /ACTIVATES|INFLUENCE|ATTRIBUTED|LOSES|ADJACENCY|ScoredGraph|'sample/;
const fitId = (text: string, known: Known): unknown => (MODELS.includes(text) ? known.model.id : text.includes("/") ? fitValue("", text, known) : text);

const part = (doc: string, title: string): string => doc.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";

export const SCHEMA = schemaOf(cypher);
export const RECIPES = recipesOf(cypher);
