// JSON with whole numbers of any size: those that a double cannot hold are BigInts, and are written as they were.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g; // strings and numbers
const WHOLE = /^-?\d{16,}$/; // shorter ones are safe
const MARK = "\u0001whole:"; // begins a string that stands for such a number

const isUnsafe = (word: string): boolean => WHOLE.test(word) && !Number.isSafeInteger(Number(word));

export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const marked = text.replace(TOKEN, (word) => (isUnsafe(word) ? JSON.stringify(MARK + word) : word));
  const revive = (_key: string, value: unknown) => (typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value);
  return JSON.parse(marked, revive);
}

export function printJson(value: unknown, indent = 0): string {
  const marked = JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? MARK + item : item), indent);
  return marked.replaceAll(new RegExp(`"\\\\u0001whole:(-?\\d+)"`, "g"), "$1");
}

/** Digits as a number, or as a BigInt where a number cannot hold them. */
export const wholeNumber = (digits: string): number | bigint => {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits.replace(/^\+/, ""));
};
