import { expect, test } from "vitest";
import { ApiError, createApi } from "./api";

const answering = (body: unknown, log: unknown[] = []): typeof fetch => async (_url, init) => {
  log.push(JSON.parse(String(init?.body)));
  return new Response(typeof body === "string" ? body : JSON.stringify(body));
};
const failure = (api: ReturnType<typeof createApi>) => api.models().catch((error: unknown) => error as ApiError);

test("the service's message and code reach the caller", async () => {
  const errors = [{ message: "model m has no class 2000; its classes are 0 to 999", extensions: { code: "NOT_FOUND" } }];
  const error = await failure(createApi("/graphql", answering({ data: null, errors })));
  expect(error).toMatchObject({ message: errors[0]!.message, code: "NOT_FOUND" });
});

test("a service that is down, or answers no JSON, is told apart", async () => {
  const down = await failure(createApi("/graphql", () => Promise.reject(new TypeError("refused"))));
  expect(down).toMatchObject({ code: "NO_ANSWER", message: "The service does not answer." });
  expect(await failure(createApi("/graphql", answering("<html>")))).toMatchObject({ code: "BAD_ANSWER" });
});

test("a question waits for a service that is away, and a change does not", async () => {
  let isDown = true;
  const said: boolean[] = [];
  const log: unknown[] = [];
  const reply = answering({ data: { models: [] } }, log);
  const fetcher: typeof fetch = (...args) => (isDown ? Promise.reject(new TypeError("refused")) : reply(...args));
  const api = createApi("/graphql", fetcher, { away: (isAway) => said.push(isAway) });
  await expect(api.keepGroup("m", "name", [1])).rejects.toMatchObject({ code: "NO_ANSWER" });
  const asked = api.models();
  while (!said.length) await Promise.resolve();
  isDown = false;
  while (!log.length) {
    api.hurry();
    await Promise.resolve();
  }
  expect(await asked).toEqual([]);
  expect(said).toEqual([true, false]);
});

test("an answer is asked for once, a failure again", async () => {
  const log: unknown[] = [];
  const api = createApi("/graphql", answering({ data: { models: [] } }, log));
  await Promise.all([api.models(), api.models()]);
  expect(log).toHaveLength(1);

  const refused: unknown[] = [];
  const failing = createApi("/graphql", answering({ errors: [{ message: "no" }] }, refused));
  await failure(failing);
  await failure(failing);
  expect(refused).toHaveLength(2);
});

test("after an extraction every question is asked again", async () => {
  const log: { query: string; variables: object }[] = [];
  const api = createApi("/graphql", answering({ data: { models: [], extract: { written: 1 } } }, log));
  await api.models();
  const cut = { threshold: 12.5, unified: false, deadEnds: true };
  expect(await api.extract({ model: "m", classes: [3], ...cut, damping: undefined })).toEqual({ written: 1 });
  await api.models();
  expect(log.map(({ query }) => query.split(/\W+/)[1])).toEqual(["Models", "Extract", "Models"]);
  expect(log[1]!.variables).toEqual({ model: "m", classes: [3], ...cut });
});

test("a question that is cancelled is not kept, and asking again asks the service", async () => {
  const log: unknown[] = [];
  const fetcher: typeof fetch = (url, init) => (init?.signal?.aborted ? Promise.reject(new DOMException("", "AbortError")) : answering({ data: { imageClass: { index: 3 } } }, log)(url, init));
  const api = createApi("/graphql", fetcher);
  const first = new AbortController();
  const three = { model: "m", index: 3, cut: null, layer: null, score: "activation" } as const;
  const asked = api.view(three, first.signal).catch(() => null);
  first.abort();
  const again = await api.view(three, new AbortController().signal);
  await asked;
  expect(again).toEqual({ index: 3 });
  expect(log.filter((body) => JSON.stringify(body).includes("View"))).toHaveLength(2);
});

test("an answer that is here is kept when its question is let go", async () => {
  const log: unknown[] = [];
  const api = createApi("/graphql", answering({ data: { imageClass: { index: 3 } } }, log));
  const three = { model: "m", index: 3, cut: null, layer: null, score: "activation" } as const;
  const first = new AbortController();
  await api.view(three, first.signal);
  first.abort();
  await api.view(three, new AbortController().signal);
  expect(log.filter((body) => JSON.stringify(body).includes("View"))).toHaveLength(1);
});

test("names that could not be looked up are looked up again, to tell equal ones apart", async () => {
  let isDown = true;
  const twins = [{ index: 3, name: "crane" }, { index: 8, name: "crane" }];
  const fetcher: typeof fetch = async (_url, init) => {
    if (!String(init?.body).includes("query Names")) return new Response(JSON.stringify({ data: { imageClass: twins[1] } }));
    if (isDown) return new Response(JSON.stringify({ errors: [{ message: "no" }] }));
    return new Response(JSON.stringify({ data: { classes: { nodes: twins, totalCount: 2, pageInfo: { hasNextPage: false, endCursor: null } } } }));
  };
  const api = createApi("/graphql", fetcher);
  expect((await api.listed("m", 8)).name).toBe("crane");
  isDown = false;
  expect((await api.mapClass("m", 8)).name).not.toBe("crane");
});

test("the names of a model's classes are asked for once, however many answers need them", async () => {
  const log: { query: string }[] = [];
  const twins = [{ index: 3, name: "crane" }, { index: 8, name: "crane" }];
  const page = { nodes: twins, totalCount: 2, pageInfo: { hasNextPage: false, endCursor: null } };
  const api = createApi("/graphql", answering({ data: { classes: page, imageClass: twins[0] } }, log));
  await api.listed("m", 3);
  expect((await api.classNames("m")).map(({ name }) => name)).toEqual(["crane (3)", "crane (8)"]);
  expect(log.filter(({ query }) => query.startsWith("query Names"))).toHaveLength(1);
});

test("a missing class is an error, not an empty page", async () => {
  const api = createApi("/graphql", answering({ data: { imageClass: null } }));
  await expect(api.mapClass("m", 5)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("many channels are asked for in parts that the service takes", async () => {
  const log: unknown[] = [];
  const api = createApi("/graphql", answering({ data: { c0: { id: "m/l/0" } } }, log));
  const found = await api.channels(Array.from({ length: 90 }, (_, k) => `m/l/${k}`));
  expect(log).toHaveLength(3);
  expect(found).toHaveLength(3);
});
