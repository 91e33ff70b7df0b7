// Ids as the database has them, and where on the page they lead.
import type { Change } from "./state";
import type { Model } from "./types";

export interface Ids {
  readonly model: string;
  readonly layers: ReadonlySet<string>;
}

export const idsOf = ({ id, layers }: Pick<Model, "id" | "layers">): Ids => ({ model: id, layers: new Set(layers.map(({ name }) => name)) });

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

/** Whether a model has a channel of that name, "mixed4d/431". */
export function hasChannel({ layers }: Pick<Model, "layers">, name: string): boolean {
  const slash = name.lastIndexOf("/");
  return layers.some((layer) => layer.name === name.slice(0, slash) && Number(name.slice(slash + 1)) < layer.channels);
}
