import { expect, test } from "vitest";
import { faultsOf } from "./address";
import { parse, print } from "./state";

test.each([
  ["room=attic", "one of explore, map"],
  ["class=abc", "the index of a class"],
  ["class=9007199254740993", "the index of a class"],
  ["classes=294,x", "classes with commas"],
  ["pin=431", "a channel, like mixed4d/431, or an edge"],
  ["room=query&args={nonsense", "a JSON object"],
  ["threshold=80", "a number from 1 to 50"],
  ["show=foo", "one of patches"],
  ["score=atribution", "one of activation, attribution"],
  ["kinds=skip", "one of all, convolutions, skips"],
  ["length=2.5", "a whole number from 2 to 9"],
  ["length=10", "a whole number from 2 to 9"],
  ["seconds=61", "a number from 0 to 60"],
])("%s is named, with what was expected", (search, expected) => {
  const [fault, ...more] = faultsOf(`?${search}`);
  expect(more).toEqual([]);
  expect(fault).toContain(expected);
  expect(fault).toContain(search.split("&").at(-1)!);
});

test("a word of the address is either used or reported, never both", () => {
  for (const [name, words] of Object.entries({ length: ["1", "2", "2.5", "9", "10"], threshold: ["0.5", "1", "7.5", "50", "51"], seconds: ["0", "0.5", "60", "61"], width: ["59", "60", "99.5", "300", "301"] }))
    for (const word of words) {
      const isRead = print(parse(`?room=motifs&${name}=${word}`)) + print(parse(`?${name}=${word}`)) !== "?room=motifs";
      expect([name, word, faultsOf(`?${name}=${word}`).length]).toEqual([name, word, isRead ? 0 : 1]);
    }
});

test("a name that stands there twice is told, with the value that is not read", () => {
  expect(faultsOf("?class=294&class=295")).toEqual(["“class” stands in the address more than once; “class=295” is not read."]);
});

test("what the page writes itself has no faults", () => {
  const search = "?room=compare&model=m&classes=294,295&operation=UNION&look=graph&pin=a/1>b/2&trace=true";
  expect(faultsOf(print(parse(search)))).toEqual([]);
});
