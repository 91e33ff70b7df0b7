// A picture's numbers as tables: they stand in its place for people who cannot see it, or who want to sort it.
import { shortId, withName } from "../format";
import { linkOf, type Ids } from "../ids";
import { idToPin } from "../layout/relate";
import type { Change } from "../state";

export interface Twin {
  readonly title: string;
  readonly columns: readonly string[]; // with their units, where they have any
  readonly rows: readonly (readonly unknown[])[];
}

/** How an id is written in a table, and where it leads; null for anything else. */
export type Tell = (value: string) => { readonly text: string; readonly change: Change } | null;

type NameOf = (id: string) => string | null; // that somebody gave to a channel

/** Ids as they are; a channel leads to its page, a class to its graph. */
export const telling = (ids: Ids, nameOf: NameOf): Tell => (value) => {
  const change = linkOf(value, ids);
  return change && { text: withName(value, nameOf(value)), change };
};

/** In place of a graph: a click on a channel pins it, as it does in the picture. */
export const pinning = (ids: Ids, nameOf: NameOf): Tell => (value) => {
  const change = linkOf(value, ids);
  if (!change) return null;
  return change.channel == null ? { text: value, change } : { text: withName(shortId(value), nameOf(value)), change: { pin: idToPin(ids.model, value) } };
};

/** Without the columns that hold nothing. */
export function filled({ title, columns, rows }: Twin): Twin {
  const kept = columns.map((_, k) => rows.some((row) => row[k] != null));
  const isKept = (_: unknown, k: number) => kept[k];
  return { title, columns: columns.filter(isKept), rows: rows.map((row) => row.filter(isKept)) };
}

/** A share of pictures in percent with two decimals; null where the number of pictures is unknown. */
export const inPercent = (share: number | null | undefined): number | null => (share == null ? null : Math.round(share * 1e4) / 100);

/** A probability with three decimals; null where it is not known. */
export const rounded = (probability: number | null | undefined): number | null => (probability == null ? null : Math.round(probability * 1000) / 1000);
