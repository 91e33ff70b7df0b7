import { expect, test } from "vitest";
import type { GroupMembers, ListedClass } from "../types";
import { groupNamed, ordered, pageOf, searched, withSimilarity } from "./list";

const listed = (index: number, name: string, accuracy: number | null = null): ListedClass => ({ index, name, wnid: `n0${index}`, images: null, accuracy, similarity: null, histogram: null });
const classes = [listed(0, "Zebra", 0.5), listed(1, "ant"), listed(2, "Brown bear", 0.9), listed(3, "black bear", 0.9)];
const indexes = (items: readonly ListedClass[]) => items.map(({ index }) => index);

test("every word is in the name, or is the WordNet id or the index", () => {
  expect(indexes(searched(classes, "BEAR b"))).toEqual([2, 3]);
  expect(indexes(searched(classes, "n01"))).toEqual([1]);
  expect(indexes(searched(classes, "0"))).toEqual([0]);
  expect(indexes(searched(classes, "  "))).toEqual([0, 1, 2, 3]);
});

test("orders are the service's: names without case, unknown accuracy last, the index on ties", () => {
  expect(indexes(ordered(classes, "NAME"))).toEqual([1, 3, 2, 0]);
  expect(indexes(ordered(classes, "ACCURACY_DESCENDING"))).toEqual([2, 3, 0, 1]);
  expect(indexes(ordered(classes, "ACCURACY_ASCENDING"))).toEqual([0, 2, 3, 1]);
  const similar = withSimilarity(classes, 2, [{ index: 3, similarity: 0.7 }]);
  expect(indexes(ordered(similar, "SIMILARITY"))).toEqual([2, 3, 0, 1]);
  expect(similar.map(({ similarity }) => similarity)).toEqual([0, 0, 1, 0.7]);
});

test("pages follow one another without a gap", () => {
  const first = pageOf(classes, 3, null);
  expect([indexes(first.nodes), first.totalCount, first.pageInfo.hasNextPage]).toEqual([[0, 1, 2], 4, true]);
  const second = pageOf(classes, 3, first.pageInfo.endCursor);
  expect([indexes(second.nodes), second.pageInfo]).toEqual([[3], { hasNextPage: false, endCursor: null }]);
});

test("a group by its WordNet id, its id, or a name that it has alone; else it is refused in words", () => {
  const group = (id: string, wnid: string | null, name: string): GroupMembers => ({ id, wnid, name, classCount: 1, classes: [1] });
  const groups = [group("m/a", "n1", "bear"), group("m/b", null, "mine"), group("m/c", "n2", "crane"), group("m/d", "n3", "crane")];
  expect(groupNamed(groups, "n1").name).toBe("bear");
  expect(groupNamed(groups, "m/b").name).toBe("mine");
  expect(groupNamed(groups, "bear").id).toBe("m/a");
  expect(() => groupNamed(groups, "crane")).toThrow("2 groups are called crane: n2, n3.");
  expect(() => groupNamed(groups, "cat")).toThrow("There is no group cat.");
});
