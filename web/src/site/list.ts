// A list of classes in its order, by the service's rules: all classes are here. Pure.
import type { ClassesQuestion } from "../api";
import { keyOf } from "../chosen";
import { ApiError } from "../service";
import type { GroupMembers, ListedClass, Page } from "../types";
import type { Alike } from "./similarity";

/** The classes whose name holds every word of a search, or that have the word as their WordNet id or index. */
export function searched(classes: readonly ListedClass[], search: string | null): ListedClass[] {
  const words = (search ?? "").split(/\s+/).filter(Boolean);
  const holds = ({ name, wnid, index }: ListedClass, word: string) => name.toLowerCase().includes(word.toLowerCase()) || wnid === word || String(index) === word;
  return classes.filter((item) => words.every((word) => holds(item, word)));
}

/** A group by its WordNet id, its id, or a name that no other group has. */
export function groupNamed(groups: readonly GroupMembers[], name: string): GroupMembers {
  const known = groups.find((group) => keyOf(group) === name || group.id === name);
  const named = groups.filter((group) => group.name === name);
  const found = known ?? (named.length === 1 ? named[0] : null);
  if (found) return found;
  if (named.length) throw new ApiError(`${named.length} groups are called ${name}: ${named.map(keyOf).join(", ")}.`, "NOT_FOUND");
  throw new ApiError(`There is no group ${name}.`, "NOT_FOUND");
}

type Order = ClassesQuestion["orderBy"];

/** By index, name, accuracy (unknown last) or similarity; the index breaks ties. */
export function ordered(classes: readonly ListedClass[], by: Order): ListedClass[] {
  const unknown = (item: ListedClass) => Number(item.accuracy === null);
  const byAccuracy = (sign: number) => (a: ListedClass, b: ListedClass) => unknown(a) - unknown(b) || sign * ((a.accuracy ?? 0) - (b.accuracy ?? 0));
  const keys: Record<Order, (a: ListedClass, b: ListedClass) => number> = {
    INDEX: () => 0,
    NAME: (a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()),
    ACCURACY: byAccuracy(-1),
    ACCURACY_ASCENDING: byAccuracy(1),
    ACCURACY_DESCENDING: byAccuracy(-1),
    DROP_ASCENDING: () => 0, // a copy does not offer it
    DROP_DESCENDING: () => 0,
    SIMILARITY: (a, b) => (b.similarity ?? 0) - (a.similarity ?? 0),
  };
  return [...classes].sort((a, b) => keys[by](a, b) || a.index - b.index);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** The classes with how similar each is to one of them. */
export function withSimilarity(classes: readonly ListedClass[], index: number, alike: readonly Alike[]): ListedClass[] {
  const known = new Map(alike.map((item) => [item.index, item.similarity]));
  return classes.map((item) => ({ ...item, similarity: item.index === index ? 1 : (known.get(item.index) ?? 0) }));
}

/** A part of a list; a cursor is the number of items before it. */
export function pageOf<Item>(items: readonly Item[], first: number, after: string | null): Page<Item> {
  const start = after === null ? 0 : Number(after);
  const end = start + first;
  return { nodes: items.slice(start, end), totalCount: items.length, pageInfo: { hasNextPage: end < items.length, endCursor: end < items.length ? String(end) : null } };
}
