import { describe, expect, it } from "vitest";
import type { ChannelPlace, ClassWithGraph, GraphChannel, Model } from "./types";
import type { Neighbour } from "./views/detail";
import { tellName, tellWhy } from "./why";

const layer = (name: string, index: number) => ({ id: `m/${name}`, name, index, channels: 9 });
const model = { id: "m", classCount: 1200, scores: [{ score: "ACTIVATION", graphs: 1000, checked: 0 }], layers: [layer("low", 0), layer("high", 1)] } as unknown as Model;
const item: GraphChannel = { channel: { id: "m/high/7", layer: "high", index: 7, classCount: 170, pictures: null }, count: 167, share: null, pagerank: 0.01, probability: null };
const origin = { threshold: 7.5, unified: false, step: 0.5, deadEnds: true, thresholds: [7.5, 9], damping: 0.85, variant: "gds", replicates: null };
const shown = { index: 1, name: "brown bear", images: null, attributionGraph: { channels: [item], edges: [], totalChannels: 1, totalEdges: 0, origin } } as unknown as ClassWithGraph;
const place: ChannelPlace = { rank: 2, rowSize: 5, margin: 1.84, pagerankBefore: null, others: 169, rankAmongUsers: 161, meanCount: 396.6, meanShare: null };
const neighbour = (name: string, weight: number): Neighbour => ({ id: `m/${name}`, edge: "", name, picture: null, weight, part: 1 });

describe("why a channel is in a graph", () => {
  it("is said in counts where the number of pictures is unknown", () => {
    expect(tellWhy({ model, shown, item, place, inputs: [neighbour("low/3", 1190), neighbour("low/4", 2)], outputs: [] })).toEqual([
      "It is among the most active channels in 167 pictures of brown bear.",
      "By PageRank it is number 2 of the graph's 5 in high, 1.8 times the last that was taken.",
      "170 of 1,000 graphs have it, 17 %.",
      "167 pictures here, 397 on average in the other 169 graphs: brown bear is number 161 of its 170 classes.",
      "low/3 (1,190 pictures) leads to it most, first of 2; it leads to nothing in the graph.",
    ]);
  });
  it("is said in shares, and from which threshold on, where those are known", () => {
    const known = { ...shown, images: 500 };
    const told = tellWhy({ model, shown: known, item: { ...item, share: 0.334 }, place: { ...place, meanShare: 0.41, pagerankBefore: 3.127 }, inputs: [], outputs: [neighbour("low/3", 1)] });
    expect(told[0]).toBe("It is among the most active channels in 167 of 500 pictures of brown bear, 33 %.");
    expect(told[1]).toContain("It is in the graph at any threshold above 3.13 %; this graph is cut at 9 %.");
    expect(told[3]).toContain("33 % of the pictures here, 41 % on average in the other 169 graphs");
    expect(told[4]).toBe("Nothing in the graph leads to it; it leads most to low/3 (1 picture).");
  });
  it("does not compare what has nothing to be compared with", () => {
    const told = tellWhy({ model, shown, item, place: { ...place, rank: 1, rowSize: 1, margin: 1, others: 0, meanCount: null, rankAmongUsers: 1 }, inputs: [], outputs: [] });
    expect(told.slice(1, 3)).toEqual(["By PageRank it is the only channel of high in the graph.", "No other class's graph has it."]);
    expect(told).toHaveLength(4);
  });
  it("counts positions and units where the graph is imported", () => {
    const imported = { ...model, weightUnit: 0.5 };
    const told = tellWhy({ model: imported, shown, item, place, inputs: [neighbour("low/3", 2)], outputs: [] });
    expect(told[0]).toBe("It is among the most active channels in 167 positions of brown bear.");
    expect(told[3]).toContain("167 positions here");
    expect(told[4]).toContain("low/3 (2 units)");
    expect(told.join(" ")).not.toContain("picture");
  });
  it("calls the last that was taken so", () => {
    expect(tellWhy({ model, shown, item, place: { ...place, rank: 5, margin: 1 }, inputs: [], outputs: [] })[1]).toBe("By PageRank it is number 5 of the graph's 5 in high, the last that was taken.");
  });
});

it("says what a name rests on", () => {
  expect(tellName({ channel: { id: "m/high/7" }, name: "fish", together: 4, size: 16, classCount: 5, q: 8e-5 })).toBe("4 of its 5 classes are of the group fish, which has 16.");
  expect(tellName({ channel: { id: "m/high/7" }, name: "fish", together: 1, size: 16, classCount: 1, q: 8e-5 })).toBe("1 of its 1 class is of the group fish, which has 16.");
  expect(tellName(null)).toBe("No group of classes stands out among those that have it.");
});
