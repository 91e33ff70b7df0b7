import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { unseen, whyUnseen } from "./seen";

const cases = JSON.parse(readFileSync(new URL("../../tests/queries/unseen.json", import.meta.url), "utf8")) as { name: string; sign: string | null }[];

it.each(cases)("finds in $name what cannot be seen, as the service does", ({ name, sign }) => {
  expect(unseen(name)).toBe(sign);
});

it("says why a name is not kept", () => {
  expect(whyUnseen("bear")).toBe(null);
  expect(whyUnseen("be\u200bar")).toBe("the name contains the character U+200B, which cannot be seen; leave it out");
  expect(whyUnseen("\u3164")).toBe("nothing of the name can be seen; give one of letters, numbers or symbols");
});
