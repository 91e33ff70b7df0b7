// Which names can be seen as they are. queries/values.py has the same rule for what the database keeps; tests/queries/unseen.json
// holds both to it.
import { must } from "./must";

const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069\p{Noncharacter_Code_Point}]/u;
const FORMATS = /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])\p{Cf}/u; // but Arabic and Syriac marks, which are drawn
const TAGS = /(?<=\u{1f3f4})[\u{e0020}-\u{e007f}]+/gu; // which make a flag of a country's part
const JOINERS = /(?<=[^\0-\u02ff\s\u200b-\u200f])[\u200c\u200d](?=[^\0-\u02ff\s\u200b-\u200f])/gu; // in emoji, and in scripts that need them
const DRAWN = /(?![\u115f\u1160\u2800\u3164\uffa0])[\p{L}\p{N}\p{P}\p{S}]/u; // but letters and symbols that are drawn as nothing

/** The first character of a name that cannot be seen or controls how text is shown, "U+200B"; null without one. */
export function unseen(name: string): string | null {
  const rest = name.replace(TAGS, "").replace(JOINERS, "");
  const [sign] = CONTROLS.exec(rest) ?? FORMATS.exec(rest) ?? [];
  return sign === undefined ? null : `U+${must(sign.codePointAt(0)).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** Why a name is not kept, in the database's words; null where it is. */
export function whyUnseen(name: string): string | null {
  const sign = unseen(name);
  if (sign !== null) return `the name contains the character ${sign}, which cannot be seen; leave it out`;
  return DRAWN.test(name) ? null : "nothing of the name can be seen; give one of letters, numbers or symbols";
}
