import { expect, test } from "vitest";
import { readStatements, type Statement, withRun, withStatement, writeStatements } from "./statements";

const storageWith = (text: string | null): Storage => {
  let kept = text;
  return { getItem: () => kept, setItem: (_: string, next: string) => void (kept = next) } as unknown as Storage;
};

const run = (list: readonly Statement[], ...statements: string[]): Statement[] => statements.reduce<Statement[]>((found, statement) => withRun(found, statement, null), [...list]);

test("statements that were run stand once, latest first, and no more than thirty", () => {
  const list = run([], ...Array.from({ length: 40 }, (_, k) => `RETURN ${k}`), "RETURN 20");
  expect(list.map(({ statement }) => statement).slice(0, 2)).toEqual(["RETURN 20", "RETURN 39"]);
  expect(list).toHaveLength(30);
});

test("a kept statement stands first by its name, stays when it is run, and is forgotten as any other", () => {
  const two = { statement: "RETURN $n", args: '{"n":2}', name: "two" };
  const kept = withStatement(withStatement(run([], "RETURN 1"), two), { statement: "RETURN 3", args: null, name: "a third" });
  expect(kept.map(({ name }) => name)).toEqual(["a third", "two", null]);
  expect(withRun(kept, "RETURN $n", '{"n":5}').map(({ name, args }) => [name, args])).toEqual([["a third", null], ["two", '{"n":5}'], [null, null]]);
  expect(withStatement(kept, { ...two, name: null }).map(({ name, args }) => [name, args])).toEqual([["a third", null], [null, '{"n":2}'], [null, null]]);
});

test("a blank statement is not listed", () => {
  expect(run([], " \n")).toEqual([]);
});

test("what a browser kept comes back; what is nobody's is nothing", () => {
  const storage = storageWith(null);
  writeStatements(storage, withRun([], "RETURN $n", '{"n":1}'));
  expect(readStatements(storage)).toEqual([{ statement: "RETURN $n", args: '{"n":1}', name: null }]);
  const found = readStatements(storageWith('[{"statement": 1, "args": null, "name": null}, "x", {"statement": "RETURN 2", "args": null, "name": "n"}]'));
  expect(found).toEqual([{ statement: "RETURN 2", args: null, name: "n" }]);
  expect(readStatements(storageWith("{nonsense"))).toEqual([]);
  expect(readStatements(null)).toEqual([]);
});
