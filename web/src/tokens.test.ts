import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./styles/tokens.css", import.meta.url), "utf8");
const tokens = new Map([...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map((m) => [m[1]!, [m[2]!, m[3]!]]));

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = ["text", "second", "accent", "input", "output", "class-a", "class-b", "both", "error"];
const GROUNDS = ["ground", "panel"];

test.each([["light", 0], ["dark", 1]] as const)("every text colour has a contrast of 4.5 on every ground (%s)", (_mode, k) => {
  for (const text of TEXTS)
    for (const ground of GROUNDS)
      expect(contrast(tokens.get(text)![k]!, tokens.get(ground)![k]!), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  for (let c = 1; c <= 7; c++)
    expect(contrast(tokens.get(`class-${c}`)![k]!, tokens.get("ground")![k]!), `class ${c}, as a bar`).toBeGreaterThanOrEqual(3);
  expect(contrast(tokens.get("on-accent")![k]!, tokens.get("accent")![k]!)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(tokens.get("text")![k]!, tokens.get("accent-wash")![k]!)).toBeGreaterThanOrEqual(4.5);
  for (const ground of ["accent-wash", "lane"]) expect(contrast(tokens.get("second")![k]!, tokens.get(ground)![k]!), `numbers on ${ground}`).toBeGreaterThanOrEqual(4.5);
});
