// The words a person types into a stored query's form, as the values its contract asks for.

import { parseJson, printJson, wholeNumber } from "./json";

export type Values = Readonly<Record<string, unknown>>;

/** What a field's text means for a type of the contract; throws a sentence that says what is expected. */
export function readParameter(name: string, type: string, text: string): unknown {
  const word = text.trim();
  if (word === "" && type.endsWith("?")) return null;
  const plain = type.replace(/\?$/, "");
  if (plain === "string") return text;
  if (plain === "int") return must(name, "a whole number", /^[+-]?\d+$/.test(word), () => wholeNumber(word));
  if (plain === "float") return must(name, "a number", word !== "" && Number.isFinite(Number(word)), () => Number(word));
  if (plain === "bool") return must(name, "true or false", word === "true" || word === "false", () => word === "true");
  return readJson(name, plain, word);
}

function must(name: string, expected: string, fits: boolean, read: () => unknown): unknown {
  if (!fits) throw new Error(`${name} must be ${expected}`);
  return read();
}

/** Lists and maps are JSON; a list of strings may also be words with commas between them. */
function readJson(name: string, type: string, word: string): unknown {
  const isList = type.startsWith("list<");
  try {
    const value: unknown = parseJson(word);
    if (Array.isArray(value) === isList && typeof value === "object" && value !== null) return value;
  } catch {
    if (type === "list<string>" && !word.startsWith("[")) return word.split(",").map((part) => part.trim()).filter(Boolean);
    if (type === "list<int>" && /^\d+(\s*,\s*\d+)*$/.test(word)) return word.split(",").map((part) => wholeNumber(part.trim()));
  }
  if (type === "list<int>" && /^\d+$/.test(word)) return [wholeNumber(word)];
  throw new Error(`${name} must be a ${isList ? `JSON list (${type})` : "JSON object"}`);
}

/** A value as it stands in the form. */
export const writeParameter = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "string" ? value : printJson(value);

export type Kind = "class" | "channel" | "group";

/** What an example's value names; null for a number, a layer, a model and the like. A list is what its items are. */
export function kindOf(name: string, example: unknown): Kind | null {
  const value: unknown = Array.isArray(example) ? example[0] : example;
  if (typeof value !== "string") return null;
  if (/^[^/]+\/n\d{8}$/.test(value) || ((name === "group" || name === "against") && value !== "")) return "group";
  if (/^[^/]+\/\d+$/.test(value)) return "class";
  return /^[^/]+\/[^/]+\/\d+$/.test(value) ? "channel" : null;
}

/** A list's text with more items, each once; text that is no list is replaced. */
export function appendTo(text: string, items: readonly string[]): string {
  let known: unknown[] = [];
  try {
    known = text.trim() ? (readJson("", "list<string>", text.trim()) as unknown[]) : [];
  } catch {
    // nonsense is replaced
  }
  return printJson([...new Set([...known, ...items])]);
}

/** The parameters in an address or an editor; throws a sentence that says what is expected. */
export function readParameters(text: string): Values {
  if (text.trim() === "") return {};
  try {
    const value: unknown = parseJson(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Values;
  } catch {
    // said below
  }
  throw new Error('parameters must be a JSON object, like {"limit": 10}');
}
