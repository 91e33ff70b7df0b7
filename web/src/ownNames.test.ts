import { expect, it } from "vitest";
import type { Api } from "./api";
import { createNames } from "./names";
import { namesOf, printNames, readNames, writeNames } from "./ownNames";

function storage(): Storage {
  const held = new Map<string, string>();
  return { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) } as unknown as Storage;
}

it("keeps the names of each model apart", () => {
  const kept = storage();
  writeNames(kept, "one", { "low/3": "stripes" });
  expect(readNames(kept, "one")).toEqual({ "low/3": "stripes" });
  expect(readNames(kept, "other")).toEqual({});
});

it("reads the file that it prints", () => {
  const names = { "low/3": "stripes", "a.b/12": "ears" };
  expect(namesOf(printNames("one", names), "one")).toEqual(names);
});

it("says what is wrong with a file", () => {
  expect(() => namesOf("stripes", "one")).toThrow("not JSON");
  expect(() => namesOf('{"names": {}}', "one")).toThrow("holds no names of channels");
  expect(() => namesOf(printNames("other", {}), "one")).toThrow("These are names for other. This model is one.");
});

it("drops what is no name", () => {
  expect(namesOf('{"kind": "summit-channel-names", "model": "one", "names": {"low/3": " ", "low/x": "no", "low/4": 7, "low/5": " yes "}}', "one")).toEqual({ "low/5": "yes" });
});

it("keeps what another tab has named meanwhile", () => {
  const shared = storage();
  const [first, second] = [createNames({} as Api, "one", shared), createNames({} as Api, "one", shared)];
  first.keep("one/low/3", "stripes");
  second.keep("one/low/4", "ears");
  expect(readNames(shared, "one")).toEqual({ "low/3": "stripes", "low/4": "ears" });
  first.bring(printNames("one", { "low/5": "tails" }));
  expect(readNames(shared, "one")).toEqual({ "low/3": "stripes", "low/4": "ears", "low/5": "tails" });
});

it("says so where the browser keeps nothing, and never cuts a sign in two", () => {
  expect(readNames(null, "one")).toEqual({});
  expect(() => writeNames(null, "one", {})).toThrow("This browser keeps nothing");
  const kept = storage();
  writeNames(kept, "one", { "low/3": "🐻".repeat(80) });
  expect(readNames(kept, "one")).toEqual({ "low/3": "🐻".repeat(60) });
});
