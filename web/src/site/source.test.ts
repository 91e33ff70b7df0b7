import { expect, test } from "vitest";
import { createApi } from "../api";
import { DOCUMENTS } from "../documents";
import type { ApiError } from "../service";
import { createSource } from "./source";

const site = { model: "m", classes: [2, 5], classCount: 9 };
const layers = [{ id: "m/top", name: "top", index: 0, channels: 4 }];
const listed = (index: number) => ({ index, name: `class ${index}`, wnid: null, images: null, accuracy: null, similarity: null, histogram: null });
const graph = { totalChannels: 1, totalEdges: 0, origin: {}, channels: [{ count: 3, share: null, pagerank: 1, channel: { id: "m/top/1", layer: "top", index: 1, classCount: 2, pictures: null } }], edges: [] };
const view = (index: number) => ({ data: { imageClass: { ...listed(index), live: true, groups: [], attributionGraph: graph, faithfulness: null, similar: [{ similarity: 0.9, imageClass: { index: 8, name: "not here" } }] } } });
const FILES: Readonly<Record<string, unknown>> = {
  "site.json": site,
  "answers/Models.json": { data: { models: [{ id: "m", layers, scores: [{ score: "ACTIVATION", graphs: 9, checked: 0 }] }] } },
  "answers/Classes.json": { data: { classes: { nodes: [listed(2), listed(5)] } } },
  "answers/Names.json": { data: { classes: { nodes: [listed(2), listed(5)], pageInfo: { hasNextPage: false, endCursor: null } } } },
  "answers/View/2-ACTIVATION.json": view(2),
  "answers/View/5-ACTIVATION.json": view(5),
  "answers/counts.json": { 2: [[1, 3]], 5: [[1, 3]] },
  "answers/Channel/0-1.json": { data: { channel: { id: "m/top/1", classes: [1, 2, 3], pictures: { thumbnail: "t", featureVisualization: "v", diversity: ["d0", "d1"], examples: ["e0"], patchesRemedy: "summit patches m" } } } },
};
const served = (async (address: string) => {
  const body = FILES[address.slice(2)];
  return body === undefined ? new Response("", { status: 404 }) : new Response(JSON.stringify(body));
}) as typeof fetch;
const api = createApi("", fetch, { source: createSource("site.json", served) });
const askedFor = (index: number, cut: { threshold: number; unified: boolean; deadEnds: boolean } | null = null) => api.view({ model: "m", index, cut, layer: null, score: "activation" });
const refusal = (asked: Promise<unknown>): Promise<[string, string]> => asked.then(() => ["", ""], (error: ApiError) => [error.code, error.message]);

test("a class has its graph, which cannot be cut, and of the classes like it those of the copy", async () => {
  const found = await askedFor(2);
  expect(found.attributionGraph).toEqual(graph);
  expect(found.live).toBe(false);
  expect(found.similar).toEqual([{ similarity: 1, imageClass: { index: 5, name: "class 5" } }]);
});

test("a class that the copy lacks is refused, with the number of classes it has", async () => {
  expect(await refusal(askedFor(7))).toEqual(["NOT_FOUND", "This published copy has no class 7. It has 2 of the model's 9 classes."]);
});

test("a channel comes with as many classes as were asked for; one that the copy lacks is refused", async () => {
  expect((await api.channel("m/top/1", 2)).classes).toEqual([1, 2]);
  expect(await refusal(api.channel("m/top/3", 2))).toEqual(["NOT_FOUND", "This published copy has no channel top/3: it has those of its classes' graphs."]);
});

test("pictures of a channel, whatever the class, are those of its own file, without a command that readers cannot run", async () => {
  const pictures = { diversity: ["d0", "d1"], examples: ["e0"], patches: [], patchesRemedy: null };
  const ask = (id: string) => api.pictures([id, "m/top/1"], null, 6, new AbortController().signal);
  expect(await ask("m/top/1")).toEqual([{ id: "m/top/1", pictures }, { id: "m/top/1", pictures }]);
  expect(await refusal(ask("m/top/3"))).toEqual(["NOT_FOUND", "This published copy has no channel top/3: it has those of its classes' graphs."]);
});

test("what only a service can do is refused in words", async () => {
  const words = "a Summit Graph service; this is a published copy without one.";
  const cut = { threshold: 12, unified: false, deadEnds: true };
  expect(await refusal(askedFor(2, cut))).toEqual(["NEEDS_SERVICE", `Another cut of a graph needs ${words}`]);
  expect(await refusal(api.subset("m", 2, "wrong", "activation"))).toEqual(["NEEDS_SERVICE", `The graph of a subset needs ${words}`]);
  expect(await refusal(api.cypher("RETURN 1", {}))).toEqual(["NEEDS_SERVICE", `A statement needs ${words}`]);
  expect(await refusal(api.why("m", 2, "m/top/1", cut))).toEqual(["NEEDS_SERVICE", `The answer needs ${words}`]);
  expect(await refusal(api.why("m", 2, "m/top/1", null))).toEqual(["NEEDS_SERVICE", "The answer needs all of the model's 9 classes; this published copy has 2."]);
  expect(await refusal(api.storedQuery("changes_of_company", { model: "m", neighbours: 11, limit: 8 }))).toEqual(["NEEDS_SERVICE", `A stored query needs ${words}`]);
});

test("a file that was not copied is named", async () => {
  expect(await refusal(api.groups("m"))).toEqual(["BAD_ANSWER", "answers/Groups.json of this published copy is missing. Was it copied whole?"]);
});

test("a server that does not answer is waited for, as a service is", async () => {
  let isThere = false;
  const away: boolean[] = [];
  const flaky = (async (address: string) => {
    if (!isThere) throw new TypeError("failed to fetch");
    return served(address);
  }) as typeof fetch;
  const waiting = createApi("", fetch, { source: createSource("site.json", flaky), away: (now) => (away.push(now), (isThere = true)) });
  expect((await waiting.models()).map(({ id }) => id)).toEqual(["m"]);
  expect(away).toEqual([true, false]);
});

test("whether the server is there is asked of the server, not of what was kept", async () => {
  let isThere = true;
  const asked: string[] = [];
  const going = (async (address: string) => {
    asked.push(address);
    if (!isThere) throw new TypeError("failed to fetch");
    return served(address);
  }) as typeof fetch;
  const source = createSource("site.json", going);
  await source(DOCUMENTS.ping, {});
  isThere = false;
  expect(await refusal(source(DOCUMENTS.ping, {}))).toEqual(["NO_ANSWER", "The server of this page does not answer."]);
  expect(asked).toEqual(["./site.json", "./site.json"]);
});

test("what is no longer wanted is not waited for", async () => {
  const never = (() => new Promise(() => {})) as typeof fetch;
  const wanted = new AbortController();
  const asked = createSource("site.json", never)(DOCUMENTS.models, {}, wanted.signal);
  wanted.abort();
  await expect(asked).rejects.toThrow("aborted");
});

test("graphs by a score that the model has none by are told", async () => {
  const asked = api.view({ model: "m", index: 2, cut: null, layer: null, score: "attribution" });
  expect(await refusal(asked)).toEqual(["NOT_FOUND", "This published copy has no graphs by attribution."]);
});
