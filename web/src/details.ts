// What the service knows of a channel beyond the graph, asked for when something rests on it.
import type { Api } from "./api";
import { debounce } from "./dom";
import { isEdge } from "./layout/relate";
import type { ChannelDetail } from "./types";

const USES = 8; // classes of a channel in the detail column
const REST = 90; // ms that the mouse stays before the service is asked

export interface Details {
  get(id: string): ChannelDetail | null;
  /** Asks for what is pointed at, if it is a channel that is not known yet. */
  want(id: string | null): void;
}

export function createDetails(api: Api, arrived: (id: string) => void): Details {
  const known = new Map<string, ChannelDetail>();
  const want = debounce(REST, (id: string | null) => {
    if (id === null || isEdge(id) || known.has(id)) return;
    const keep = (found: ChannelDetail) => {
      known.set(id, found);
      arrived(id);
    };
    api.channel(id, USES).then(keep, () => undefined); // the column already says what the graph knows
  });
  return { get: (id) => known.get(id) ?? null, want };
}
