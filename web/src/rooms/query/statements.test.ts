import { expect, test } from "vitest";
import { readStatements, type Statement, withName, withRun, writeStatements } from "./statements";

const storageWith = (text: string | null): Storage => {
  let kept = text;
  return { getItem: () => kept, setItem: (_: string, next: string) => void (kept = next) } as unknown as Storage;
};

test("statements that were run stand once, latest first, and no more than thirty", () => {
  let list: Statement[] = [];
  for (let k = 0; k < 40; k++) list = withRun(list, `RETURN ${k}`);
  list = withRun(list, "RETURN 20");
  expect(list.map(({ statement }) => statement).slice(0, 2)).toEqual(["RETURN 20", "RETURN 39"]);
  expect(list).toHaveLength(30);
});

test("a kept statement stands first by its name, stays when it is run, and is forgotten as any other", () => {
  const kept = withName(withName(withRun([], "RETURN 1"), "RETURN 2", "two"), "RETURN 3", "a third");
  expect(kept.map(({ name }) => name)).toEqual(["a third", "two", null]);
  expect(withRun(kept, "RETURN 2")).toEqual(kept);
  expect(withName(kept, "RETURN 2", null).map(({ name }) => name)).toEqual(["a third", null, null]);
});

test("what a browser kept comes back; what is nobody's is nothing", () => {
  const storage = storageWith(null);
  writeStatements(storage, withRun([], "RETURN 1"));
  expect(readStatements(storage)).toEqual([{ statement: "RETURN 1", name: null }]);
  expect(readStatements(storageWith('[{"statement": 1}, "x", {"statement": "RETURN 2", "name": "n"}]'))).toEqual([{ statement: "RETURN 2", name: "n" }]);
  expect(readStatements(storageWith("{nonsense"))).toEqual([]);
  expect(readStatements(null)).toEqual([]);
});
