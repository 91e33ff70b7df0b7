// What the service knows of a channel beyond the graph, asked for when something rests on it.
import type { Api } from "./api";
import { debounce } from "./dom";
import { isOutput } from "./output";
import type { ChannelDetail } from "./types";

const USES = 8; // classes of a channel in the detail column
const REST = 90; // ms that the mouse stays before the service is asked

export interface Details {
  get(id: string): ChannelDetail | null;
  /** Asks for the channel that is pointed at, or for both ends of the edge, where they are not known yet. */
  want(id: string | null): void;
  /** What is known is out of date. */
  renew(): void;
}

/** arrived  called with the channel or the edge that was asked for */
export function createDetails(api: Api, arrived: (id: string) => void): Details {
  const known = new Map<string, ChannelDetail>();
  function ask(channel: string, id: string): void {
    if (known.has(channel) || isOutput(channel)) return;
    const keep = (found: ChannelDetail) => {
      known.set(channel, found);
      arrived(id);
    };
    api.channel(channel, USES).then(keep, () => undefined); // the column already says what the graph knows
  }
  const want = debounce(REST, (id: string | null) => id?.split(">").forEach((channel) => ask(channel, id)));
  return { get: (id) => known.get(id) ?? null, want, renew: () => known.clear() };
}
