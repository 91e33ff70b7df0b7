import { expect, test } from "vitest";
import { keepToken, takeToken } from "./token";

function tab(href: string) {
  const kept = new Map<string, string>();
  const sessionStorage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as Storage;
  const addresses: string[] = [];
  const history = { state: null, replaceState: (_state: unknown, _title: string, address: URL) => void addresses.push(address.href) } as unknown as History;
  return { location: { href } as Location, history, sessionStorage, addresses };
}

test("the start address's token is kept for the tab and leaves the address", () => {
  const first = tab("http://localhost:8000/?token=a%2Bb&class=3");
  expect(takeToken(first)).toBe("a+b");
  expect(first.addresses).toEqual(["http://localhost:8000/?class=3"]);
  const later = { ...first, location: { href: "http://localhost:8000/?class=4" } as Location };
  expect(takeToken(later)).toBe("a+b");
  expect(first.addresses).toHaveLength(1);
});

test("a tab without a token has the one it is given", () => {
  const fresh = tab("http://localhost:8000/");
  expect(takeToken(fresh)).toBeNull();
  keepToken(fresh.sessionStorage, "given");
  expect(takeToken(fresh)).toBe("given");
});
