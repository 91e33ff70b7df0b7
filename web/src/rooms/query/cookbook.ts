// What the database holds and statements to begin with, as docs/cypher.md has them.
import cypher from "../../../../docs/cypher.md?raw";

export interface Recipe {
  readonly about: string;
  readonly statement: string;
}

/** The labels, relationships and properties, as text. */
export const schemaOf = (doc: string): string => [...part(doc, "The graph").matchAll(/```text\n(.*?)```/gs)].map(([, text]) => text!.trimEnd()).join("\n\n");

/** Each statement of the cookbook with the sentence before it. */
export const recipesOf = (doc: string): Recipe[] =>
  [...part(doc, "Cookbook").matchAll(/([^\n]+(?:\n[^\n]+)*)\n\n```cypher\n(.*?)\n```/gs)].map(([, about, statement]) => ({ about: about!.replaceAll("\n", " "), statement: statement! }));

const part = (doc: string, title: string): string => doc.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";

export const SCHEMA = schemaOf(cypher);
export const RECIPES = recipesOf(cypher);
