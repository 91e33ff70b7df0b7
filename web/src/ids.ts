// Ids as the database has them, and where on the page they lead.
import type { Change } from "./state";

export interface Ids {
  readonly model: string;
  readonly layers: ReadonlySet<string>;
}

/** "<model>/<layer>/<index>" */
export function isChannelId(value: unknown, { model, layers }: Ids): boolean {
  if (typeof value !== "string" || !value.startsWith(`${model}/`)) return false;
  const slash = value.lastIndexOf("/");
  return layers.has(value.slice(model.length + 1, slash)) && /^\d+$/.test(value.slice(slash + 1));
}

/** An id of a channel leads to its page, "<model>/<index>" to a class; anything else nowhere. */
export function linkOf(id: string, ids: Ids): Change | null {
  const rest = id.slice(ids.model.length + 1);
  if (isChannelId(id, ids)) return { room: "channel", channel: rest };
  if (!id.startsWith(`${ids.model}/`) || !/^\d+$/.test(rest)) return null;
  return { room: "explore", class: Number(rest), pin: null, motif: [] };
}
