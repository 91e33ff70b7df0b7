import { expect, test } from "vitest";
import { areKnown, isHandedOn, obeyed, ofKinds, whyNone } from "./kinds";

const edges = (["CONVOLUTION", "SKIP", "BOTH", null] as const).map((kind) => ({ kind }));

test("what passes convolutions alone and what is handed on are two parts; an edge of unknown kind is in neither", () => {
  expect(ofKinds(edges, "convolutions")).toEqual([{ kind: "CONVOLUTION" }]);
  expect(ofKinds(edges, "skips")).toEqual([{ kind: "SKIP" }, { kind: "BOTH" }]);
  expect(ofKinds(edges, "all")).toEqual(edges);
  expect((["CONVOLUTION", "SKIP", "BOTH", null] as const).map(isHandedOn)).toEqual([false, true, true, false]);
});

test("where no kind is known nothing is left out", () => {
  const unknown = [{ kind: null }, {}];
  expect(areKnown(unknown)).toBe(false);
  expect(ofKinds(unknown, "skips")).toEqual(unknown);
  expect(obeyed(unknown, "skips")).toBe("all");
});

test("a choice that leaves nothing is still obeyed", () => {
  expect(obeyed([{ kind: "CONVOLUTION" }], "skips")).toBe("skips");
});

test("a choice that leaves nothing has a reason", () => {
  expect(whyNone([{ kind: "CONVOLUTION" }], "skips")).toBe("No edge of this graph is a skip.");
  expect(whyNone([{ kind: "BOTH" }], "convolutions")).toBe("Every edge of this graph uses a skip connection.");
  expect(whyNone([{ kind: "BOTH" }], "skips")).toBeNull();
  expect(whyNone([], "skips")).toBeNull();
});
