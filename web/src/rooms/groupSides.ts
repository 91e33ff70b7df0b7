// The two groups of classes that an address names, or why there are no two. Pure.
import { keyOf, OTHERS, titleOf } from "../chosen";
import { type BetweenGroups, betweenGroups } from "../separating";
import { rowsOf } from "../table";
import type { GroupMembers, Table } from "../types";

export interface Side {
  readonly key: string; // of the group
  readonly name: string;
  readonly classes: readonly number[];
}

export const NONE = "none"; // in an address, in place of groups that are still to be chosen

/** A class of both counts for the first. Words: why these keys are no two groups. keys  of groups, the second one "others" where it is left out;  everyone  all classes of the model */
export function sidesOf(keys: readonly string[], groups: readonly GroupMembers[], everyone: readonly number[]): readonly [Side, Side] | string {
  const [one = NONE, other = OTHERS, ...more] = keys;
  if (one === NONE) return "Choose two groups.";
  if (more.length) return `Two groups are compared at a time; the address names ${keys.length}.`;
  if (one === OTHERS) return "Other than which classes? Choose the first group.";
  const sideOf = (key: string): Side | null => {
    if (key === OTHERS) return { key, name: "all others", classes: everyone };
    const group = groups.find((item) => keyOf(item) === key);
    return group ? { key, name: titleOf(group, groups), classes: group.classes } : null;
  };
  const [first, second] = [sideOf(one), sideOf(other)];
  if (!first || !second) return `There is no group “${first ? other : one}”. Choose another one.`;
  if (one === other) return `“${first.name}” is on both sides. Choose two groups.`;
  const rest = second.classes.filter((index) => !first.classes.includes(index));
  if (!first.classes.length) return `“${first.name}” has no classes. Choose another one.`;
  if (rest.length) return [first, { ...second, classes: rest }];
  if (other === OTHERS) return `“${first.name}” has all classes, so there are no others. Choose another one.`;
  return second.classes.length ? `All classes of “${second.name}” are in “${first.name}”, too, so none is left to compare with. Choose another one, or turn them round.` : `“${second.name}” has no classes. Choose another one.`;
}

/** Rows of separating_channels or separating_edges, each channel or edge once. ids  the columns that name it; each table's isTurned: its first group is the other one */
export function betweenRows(tables: readonly { readonly table: Table; readonly isTurned: boolean }[], ids: readonly string[], sizes: readonly [number, number]): BetweenGroups[] {
  const rows = tables.flatMap(({ table, isTurned }) =>
    rowsOf(table, "here", "there", ...ids).map((row) => {
      const [here, there] = [Number(row["here"]), Number(row["there"])];
      return { id: ids.map((name) => String(row[name])).join(">"), ...(isTurned ? { here: there, there: here } : { here, there }) };
    }),
  );
  return betweenGroups([...new Map(rows.map((row) => [row.id, row])).values()], sizes);
}
