import { expect, test, vi } from "vitest";

vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) });
const { nextPart, whyNone } = await import("./motifs");

const ended = { hasNextPage: false, endCursor: "20" };
const further = { hasNextPage: true, endCursor: "20" };

test("further motifs of a whole search come after the last one, those of another in place of all, as many as the service gives", () => {
  expect([nextPart({ complete: true, pageInfo: further }, 1000), nextPart({ complete: true, pageInfo: ended }, 7)]).toEqual([{ after: "20" }, null]);
  const next = (count: number) => nextPart({ complete: false, pageInfo: further }, count);
  expect([next(20), next(990), next(1000)]).toEqual([{ first: 40 }, { first: 1000 }, null]);
});

test("where fewer than two classes have a graph, the shape is not to blame that no motif was found", () => {
  expect([0, 1, 2].map(whyNone).map((words) => words.includes("shape"))).toEqual([false, false, true]);
});
