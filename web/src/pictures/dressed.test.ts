import { expect, test } from "vitest";
import { dressed } from "./dressed";

const channel = (id: string) => ({ count: 1, share: null, pagerank: 0, probability: null, channel: { id, layer: "top", index: 0, classCount: 1, pictures: { thumbnail: "/own" } } });

test("a graph shows its own pictures, or those of a map, and none where the map has none", () => {
  const graph = { channels: [channel("a"), channel("b")] };
  expect(dressed(graph, null)).toBe(graph);
  const pictures = dressed(graph, new Map([["a", "/patch"]])).channels.map((item) => item.channel.pictures?.thumbnail);
  expect(pictures).toEqual(["/patch", null]);
});
