import { expect, test, vi } from "vitest";
import type { ClassWithGraph } from "../types";

vi.stubGlobal("window", { matchMedia: () => ({ matches: false }) });
const { whyNothing } = await import("./exploreTitle");

const bare = { name: "d", attributionGraph: { channels: [] } } as unknown as ClassWithGraph;

test("a class without a graph is told with what makes one", () => {
  expect(whyNothing(bare, true, 0, "picture", " Run summit extract small.")).toEqual({ words: "d has no attribution graph. Run summit extract small.", way: null });
  expect(whyNothing(bare, false, 0, "picture", "")?.way).toBe("stored");
});
