import { must } from "../../must";

// Cypher in colours: words of the language, text, numbers, labels, parameters and comments.

export type Sort = "keyword" | "text" | "number" | "label" | "parameter" | "comment" | "plain";

export interface Token {
  readonly text: string;
  readonly sort: Sort;
}

const KEYWORDS = "ALL|AND|ANY|AS|ASC|ASCENDING|BY|CALL|CASE|CONTAINS|COUNT|DESC|DESCENDING|DISTINCT|ELSE|END|ENDS|EXISTS|FALSE|IN|IS|LIMIT|MATCH|NONE|NOT|NULL|OPTIONAL|OR|ORDER|RETURN|SINGLE|SKIP|STARTS|THEN|TRUE|UNION|UNWIND|WHEN|WHERE|WITH|XOR|YIELD";
const TOKENS = new RegExp(
  [
    String.raw`(?<comment>//[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<text>"(?:\\.|[^"\\])*(?:"|$)|'(?:\\.|[^'\\])*(?:'|$))`,
    String.raw`(?<parameter>\$\w+)`,
    String.raw`(?<label>:\s*[A-Za-z_]\w*|` + "`[^`]*`?)",
    String.raw`(?<number>\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)`,
    String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
    String.raw`(?<plain>[\w.]+|\s+|.)`,
  ].join("|"),
  "giu",
);

/** The statement in parts; put together they are the statement. */
export function tokensOf(statement: string): Token[] {
  return [...statement.matchAll(TOKENS)].map(({ groups, 0: text }) => ({ text, sort: Object.keys(must(groups)).find((sort) => must(groups)[sort] !== undefined) as Sort }));
}
