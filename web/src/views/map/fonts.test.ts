import { expect, test } from "vitest";
import { withWholeAddresses } from "./fonts";

test("a font's file is found from its style sheet, with and without quotes", () => {
  const base = "http://localhost/summit/assets/index.css";
  const source = `url(inter.woff2) format("woff2-variations"), url("/other.woff2")`;
  expect(withWholeAddresses(source, base)).toBe(`url("http://localhost/summit/assets/inter.woff2") format("woff2-variations"), url("http://localhost/other.woff2")`);
});
