import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createService, PATIENCE_MS } from "./service";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    const late = new AbortController();
    setTimeout(() => late.abort(), ms);
    return late.signal;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const answer = () => new Response(JSON.stringify({ data: { models: [] } }));
const silence = (signal: AbortSignal | null | undefined) =>
  new Promise<Response>((_, refuse) => signal?.addEventListener("abort", () => refuse(new DOMException("", "AbortError"))));

/** A service that answers pings, and the rest, or neither. */
function asking() {
  const state = { pings: true, rest: false };
  const said: boolean[] = [];
  const asked: string[] = [];
  const fetcher: typeof fetch = async (_url, init) => {
    const isPing = !String(init?.body).includes("slow");
    asked.push(isPing ? "ping" : "slow");
    return (isPing ? state.pings : state.rest) ? answer() : silence(init?.signal);
  };
  const service = createService("graphql", fetcher, { away: (isAway) => said.push(isAway) });
  return { state, said, asked, service };
}

test("a slow answer is waited for while the service answers something", async () => {
  const { state, said, asked, service } = asking();
  const found = service.read("query slow", {});
  await vi.advanceTimersByTimeAsync(3 * PATIENCE_MS + 1);
  expect(asked).toEqual(["slow", "ping", "ping", "ping"]);
  expect(said).toEqual([]);
  state.rest = true;
  void found.catch(() => undefined);
});

test("a service that hangs counts as away, and the question is asked again when it is back", async () => {
  const { state, said, service } = asking();
  state.pings = false;
  const found = service.read("query slow", {});
  await vi.advanceTimersByTimeAsync(2 * PATIENCE_MS + 1);
  expect(said).toEqual([true]);
  [state.pings, state.rest] = [true, true];
  service.hurry();
  await vi.advanceTimersByTimeAsync(2 * PATIENCE_MS);
  expect(await found).toEqual({ models: [] });
  expect(said).toEqual([true, false]);
});

const CONNECTIONS = 6; // that a browser opens to a host over HTTP/1.1
const SLOW_MS = 6 * PATIENCE_MS;
const QUICK_MS = 5;

/** A browser that keeps requests back while all its connections are taken, and a service that is slow and answers pings. */
function inBrowser() {
  const asked = { slow: 0, quick: 0 };
  const waiting: (() => void)[] = [];
  let open = 0;
  const fetcher: typeof fetch = async (_url, init) => {
    const kind = String(init?.body).includes("slow") ? "slow" : "quick"; // a ping is quick
    if (open === CONNECTIONS) await new Promise<void>((free) => waiting.push(free));
    open++;
    asked[kind]++;
    const answered = new Promise<Response>((resolve) => setTimeout(() => resolve(answer()), kind === "slow" ? SLOW_MS : QUICK_MS));
    return Promise.race([answered, silence(init?.signal)]).finally(() => (open--, waiting.shift()?.()));
  };
  return { asked, fetcher };
}

test("many slow questions take no place from the ping, and none is given up", async () => {
  const { asked, fetcher } = inBrowser();
  const said: boolean[] = [];
  const service = createService("graphql", fetcher, { away: (isAway) => said.push(isAway) });
  const questions = Array.from({ length: 8 }, () => service.read("query slow", {}));
  await vi.advanceTimersByTimeAsync(PATIENCE_MS + QUICK_MS);
  expect(asked).toEqual({ slow: 4, quick: 1 });
  await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
  expect(await Promise.all(questions)).toHaveLength(8);
  expect(asked.slow).toBe(8);
  expect(said).toEqual([]);
});

test("a question that is no longer wanted gives its place to the next", async () => {
  const { asked, fetcher } = inBrowser();
  const service = createService("graphql", fetcher, {});
  const unwanted = new AbortController();
  const ended = Promise.allSettled(Array.from({ length: 4 }, () => service.read("query slow", {}, unwanted.signal)));
  const found = service.read("query quick", {});
  unwanted.abort();
  await vi.advanceTimersByTimeAsync(QUICK_MS);
  expect(await found).toEqual({ models: [] });
  expect((await ended).map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
  expect(asked).toEqual({ slow: 4, quick: 1 });
});
