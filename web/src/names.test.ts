import { expect, test } from "vitest";
import type { Api } from "./api";
import { createNames } from "./names";

test("a room that is gone hears no names any more", async () => {
  const api = { suggestedNames: async () => [], notes: async () => [], mayChange: () => false } as unknown as Api;
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const names = createNames(api, "m", storage as unknown as Storage);
  const [here, gone] = [new AbortController(), new AbortController()];
  const heard: string[] = [];
  names.listen(() => heard.push("here"), here.signal);
  names.listen(() => heard.push("gone"), gone.signal);
  await names.keep({ kind: "CHANNEL", target: "low/1", name: "stripes" }, null);
  expect(heard).toEqual(["here", "gone"]);
  gone.abort();
  await names.ask();
  expect(heard).toEqual(["here", "gone", "here"]);
});
