// What the service knows of channels' pictures for one class: asked for when something rests on a channel or a whole
// graph is to show its patches, and no longer waited for once that is over.
import { type Api, PATCHES } from "../api";
import { debounce } from "../dom";
import { isOutput } from "../output";
import type { ChannelPictures } from "../types";

const REST = 60; // ms that the mouse stays before the service is asked

export interface KnownPictures {
  /** null: not here yet */
  get(id: string, imageClass: number | null): ChannelPictures | null;
  /** Asks for a channel's pictures; an earlier question that is not answered yet is cancelled. */
  want(id: string | null, imageClass: number | null): void;
  /** The same for all channels that are drawn large. What is asked for of others is cancelled. */
  wantAll(ids: readonly string[], imageClass: number | null): void;
  /** Other pictures of these channels have been made; they are asked for again. */
  forget(ids: ReadonlySet<string>): void;
  /** The first patch of each of many channels; null: not here yet. */
  firstOf(ids: readonly string[], imageClass: number | null): ReadonlyMap<string, string | null> | null;
}

export interface PictureEvents {
  ofChannel(): void; // pictures of a channel have arrived
  ofGraph(): void; // those of a whole graph have
  failed(error: Error): void; // those of a whole graph have not
}

export function knownPictures(api: Api, events: PictureEvents): KnownPictures {
  const known = new Map<string, ChannelPictures>();
  const keyOf = (id: string, imageClass: number | null) => `${imageClass}>${id}`;
  let pointing: AbortController | null = null;
  let large: { readonly key: string; readonly stop: AbortController } | null = null;
  let graph: { readonly key: string; readonly stop: AbortController; found: ReadonlyMap<string, string | null> | null } | null = null;

  const ask = debounce(REST, (id: string, imageClass: number | null, stop: AbortController) => {
    if (stop.signal.aborted) return;
    const keep = ([found]: readonly ChannelPictures[]) => {
      if (!found) return;
      known.set(keyOf(id, imageClass), found);
      events.ofChannel();
    };
    api.pictures([id], imageClass, PATCHES, stop.signal).then(keep, () => undefined); // the column says what the graph knows
  });

  return {
    get: (id, imageClass) => known.get(keyOf(id, imageClass)) ?? null,
    want(id, imageClass) {
      pointing?.abort();
      pointing = null;
      if (id === null || id.includes(">") || isOutput(id) || known.has(keyOf(id, imageClass))) return;
      pointing = new AbortController();
      ask(id, imageClass, pointing);
    },
    wantAll(ids, imageClass) {
      const missing = ids.filter((id) => !isOutput(id) && !known.has(keyOf(id, imageClass)));
      const key = keyOf(missing.join(), imageClass);
      if (large?.key === key) return;
      large?.stop.abort();
      large = null;
      if (!missing.length) return;
      const mine = (large = { key, stop: new AbortController() });
      const keep = (found: readonly ChannelPictures[]) => {
        later(); // what is forgotten meanwhile is asked for again
        for (const item of found) known.set(keyOf(item.id, imageClass), item);
        events.ofChannel();
      };
      const later = () => {
        if (large === mine) large = null; // asked for again with the next movement
      };
      api.pictures(missing, imageClass, PATCHES, mine.stop.signal).then(keep, later);
    },
    forget(ids) {
      for (const { id, key } of [...known].map(([key, { id }]) => ({ id, key }))) if (ids.has(id)) known.delete(key);
    },
    firstOf(ids, imageClass) {
      const key = keyOf(ids.join(), imageClass);
      if (graph?.key === key) return graph.found;
      graph?.stop.abort();
      const mine = (graph = { key, stop: new AbortController(), found: null as ReadonlyMap<string, string | null> | null });
      const keep = (found: readonly ChannelPictures[]) => {
        mine.found = new Map(found.map(({ id, pictures }) => [id, pictures?.patches[0]?.picture ?? pictures?.examples[0] ?? null]));
        events.ofGraph();
      };
      api.pictures(ids, imageClass, 1, mine.stop.signal).then(keep, (error: Error) => {
        if (mine.stop.signal.aborted) return;
        graph = null;
        events.failed(error);
      });
      return null;
    },
  };
}
