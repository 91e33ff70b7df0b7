// Which classes a question is about: a group, all classes, all but those of another choice, or a list somebody made.
import type { ClassGroup } from "./types";

export const ALL = "all";
export const OTHERS = "others"; // all classes outside the first choice
export const NOTHING = "nothing"; // no contrast

/** What motifs of a choice are contrasted with: a group with all other classes, unless something else is chosen; null: nothing. */
export function rivalsOf(of: string | null, against: string | null): string | null {
  if (of === null || of === ALL || against === NOTHING) return null;
  return against ?? (listOf(of) ? null : OTHERS);
}

/** The classes of a list, "294,295"; null where a choice is no list. */
export function listOf(choice: string | null): number[] | null {
  return choice !== null && /^\d+(,\d+)*$/.test(choice) ? [...new Set(choice.split(",").map(Number))] : null;
}

/** The choice with one class more: a list grows, anything else gives way to the class. */
export const withClass = (choice: string | null, index: number): string => [...new Set([...(listOf(choice) ?? []), index])].join();

export const withoutClass = (choice: string | null, index: number): string | null =>
  (listOf(choice) ?? []).filter((other) => other !== index).join() || null;

/** What people call a choice; a wnid where the groups are not known. */
export function nameOf(choice: string, groups: readonly ClassGroup[], className: (index: number) => string): string {
  const list = listOf(choice);
  if (list) return list.length > 3 ? `${list.length} classes` : list.map(className).join(", ");
  if (choice === ALL) return "all classes";
  if (choice === OTHERS) return "all others";
  const group = groups.find((item) => keyOf(item) === choice);
  return group ? titleOf(group, groups) : choice;
}

/** What a group is asked for by: its wnid, else its id. */
export const keyOf = ({ wnid, id }: Pick<ClassGroup, "wnid" | "id">): string => wnid ?? id;

/** A group's name, with its wnid where another group has the same. */
export function titleOf(group: ClassGroup, groups: readonly ClassGroup[]): string {
  return groups.some((other) => other.name === group.name && other.id !== group.id) ? `${group.name} ${keyOf(group)}` : group.name;
}

/** The groups that a name might mean, where it is not one group's alone. */
export function candidates(choice: string | null, groups: readonly ClassGroup[]): ClassGroup[] {
  const found = groups.filter((group) => group.name === choice);
  return found.length > 1 ? found : [];
}
