import { expect, test } from "vitest";
import type { Model } from "../types";
import { fileAddress, fileMenu, nameIn } from "./fileExport";

test("a file's address is relative and keeps odd names", () => {
  expect(fileAddress("a/b ?", { compare: "1,2", operation: "AT_LEAST", at_least: 2, format: "csv" })).toBe(
    "export/a%2Fb%20%3F?compare=1%2C2&operation=AT_LEAST&at_least=2&format=csv",
  );
});

test("a file of the service has all edges, and says so where not all are shown", () => {
  const named = (isPart: boolean) => Object.keys(fileMenu({ model: { id: "m" } as Model, isSite: false }, () => null, () => undefined, isPart));
  expect(named(false)).toContain("GraphML");
  expect(named(true).every((name) => name.endsWith(" (all edges)"))).toBe(true);
});

test("a file's name is read from the header", () => {
  expect(nameIn("attachment; filename*=UTF-8''m%20294%20%C3%A9.gexf")).toBe("m 294 é.gexf");
  expect(nameIn("")).toBe("export");
});
