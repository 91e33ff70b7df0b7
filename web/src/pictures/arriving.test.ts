import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Channel } from "../types";
import { arrivingPictures } from "./arriving";

const channel = (index: number, thumbnail: string | null = null): Channel => ({ id: `m/top/${index}`, layer: "top", index, classCount: 1, pictures: { thumbnail } });
const answer = (index: number, thumbnail: string | null) => ({ id: `m/top/${index}`, pictures: { thumbnail, state: thumbnail ? ("READY" as const) : ("NOT_MADE" as const) } });

/** A page that can be hidden, and a service whose answers are given one by one. */
function watching(answers: ReturnType<typeof answer>[][]) {
  const page = Object.assign(new EventTarget(), { hidden: false }) as unknown as Document & { hidden: boolean };
  const asked: (readonly string[])[] = [];
  const arrived: [string, string][][] = [];
  const api = { arrivals: async (ids: readonly string[]) => (asked.push(ids), answers[asked.length - 1] ?? []) };
  return { page, asked, arrived, pictures: arrivingPictures(api, (fresh) => void arrived.push([...fresh]), page) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("pictures that are missing are asked for with growing pauses until all are there", async () => {
  const { asked, arrived, pictures } = watching([[answer(0, null), answer(1, "/1")], [answer(0, null)], [answer(0, "/0")]]);
  pictures.watch([channel(0), channel(1)]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(arrived).toEqual([[["m/top/1", "/1"]]]);
  await vi.advanceTimersByTimeAsync(4_000); // after an arrival the first pause again
  expect(asked).toEqual([["m/top/0", "m/top/1"], ["m/top/0"]]);
  await vi.advanceTimersByTimeAsync(5_999);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(arrived.at(-1)).toEqual([["m/top/0", "/0"]]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toHaveLength(3);
});

test("nothing is asked while the page is hidden; when it is seen again, at once", async () => {
  const { page, asked, pictures } = watching([[answer(0, "/0")]]);
  pictures.watch([channel(0)]);
  page.hidden = true;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toEqual([]);
  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  expect(asked).toHaveLength(1);
});

test("a class whose pictures are all there asks nothing once it is known that none are being made", async () => {
  const { asked, pictures } = watching([[answer(0, "/0")]]);
  pictures.watch([channel(0, "/0")]);
  await vi.advanceTimersByTimeAsync(600_000);
  pictures.watch([channel(1, "/1")]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(asked).toEqual([["m/top/0"]]);
});

test("a graph that was asked for before shows the pictures that have arrived since", async () => {
  const { pictures } = watching([[answer(0, "/0")]]);
  const graph = { channels: [{ channel: channel(0), count: 1, share: null, pagerank: 0, probability: null }] };
  expect(pictures.dress(graph)).toBe(graph);
  pictures.watch([channel(0)]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect(pictures.dress(graph).channels[0]?.channel.pictures).toEqual({ thumbnail: "/0" });
});
