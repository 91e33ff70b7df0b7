// Pictures that are made in the background while the page is open: asked for with growing pauses, only while some are
// missing and the page is seen.
import type { Api } from "../api";
import type { Channel, GraphChannel } from "../types";
import { must } from "../must";

const PAUSE = { first: 4_000, growth: 1.5, longest: 60_000 }; // ms; any arrival begins again with the first

export interface ArrivingPictures {
  /** Follows the pictures of these channels, and of no others. */
  watch(channels: readonly Channel[]): void;
  /** A graph with the pictures that have arrived since it was asked for. */
  dress<Graph extends { readonly channels: readonly GraphChannel[] }>(graph: Graph): Graph;
}

/** arrived  called with new pictures by channel;  page  whose visibility counts */
export function arrivingPictures(api: Pick<Api, "arrivals">, arrived: (pictures: ReadonlyMap<string, string>) => void, page: Document = document): ArrivingPictures {
  const found = new Map<string, string>(); // thumbnails, by channel
  let watched = "";
  let missing: readonly string[] = [];
  let isSettled = false; // of the channels that were asked for last none is to come
  let pause = PAUSE.first;
  let timer = 0;

  function schedule(): void {
    clearTimeout(timer);
    if (missing.length) timer = setTimeout(look, pause) as unknown as number;
  }

  function look(): void {
    if (page.hidden) return page.addEventListener("visibilitychange", look, { once: true });
    const mine = watched;
    const isNew = ({ id, pictures }: Answer) => typeof pictures?.thumbnail === "string" && pictures.thumbnail !== found.get(id);
    const keep = (answers: readonly Answer[]) => {
      if (mine !== watched) return;
      const fresh = new Map(answers.filter(isNew).map(({ id, pictures }) => [id, must(pictures?.thumbnail)]));
      missing = answers.filter(({ pictures }) => pictures?.state === "NOT_MADE").map(({ id }) => id);
      isSettled = missing.length === 0;
      pause = fresh.size ? PAUSE.first : Math.min(PAUSE.longest, pause * PAUSE.growth);
      for (const [id, picture] of fresh) found.set(id, picture);
      if (fresh.size) arrived(fresh);
      schedule();
    };
    const later = () => {
      pause = Math.min(PAUSE.longest, pause * PAUSE.growth);
      if (mine === watched) schedule();
    };
    api.arrivals(missing).then(keep, later);
  }

  return {
    watch(channels) {
      const key = channels.map(({ id }) => id).join();
      if (key === watched) return;
      watched = key;
      page.removeEventListener("visibilitychange", look);
      for (const { id, pictures } of channels) if (pictures?.thumbnail && !found.has(id)) found.set(id, pictures.thumbnail);
      missing = isSettled && channels.every(({ id }) => found.has(id)) ? [] : channels.map(({ id }) => id);
      pause = PAUSE.first;
      schedule();
    },
    dress(graph) {
      const channels = graph.channels.map((item) => {
        const thumbnail = found.get(item.channel.id);
        return thumbnail === undefined || thumbnail === item.channel.pictures?.thumbnail ? item : { ...item, channel: { ...item.channel, pictures: { thumbnail } } };
      });
      return channels.every((item, k) => item === graph.channels[k]) ? graph : { ...graph, channels };
    },
  };
}

type Answer = Awaited<ReturnType<Api["arrivals"]>>[number];
