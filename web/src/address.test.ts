import { expect, test } from "vitest";
import { faultsOf } from "./address";
import { parse, print, ROOMS, SPOKEN, START, type State } from "./state";

test.each([
  ["room=attic", "one of explore, map"],
  ["class=abc", "the index of a class"],
  ["class=9007199254740993", "the index of a class"],
  ["room=compare&classes=294,x", "classes with commas"],
  ["pin=431", "a channel, like mixed4d/431, or an edge"],
  ["room=query&args={nonsense", "a JSON object"],
  ["threshold=80", "a number from 1 to 50"],
  ["show=foo", "one of patches"],
  ["score=atribution", "one of activation, attribution"],
  ["kinds=skip", "one of all, convolutions, skips"],
  ["room=motifs&length=2.5", "a whole number from 2 to 9"],
  ["room=motifs&length=10", "a whole number from 2 to 9"],
  ["room=motifs&seconds=61", "a number from 0 to 60"],
])("%s is named, with what was expected", (search, expected) => {
  const [fault, ...more] = faultsOf(`?${search}`);
  expect(more).toEqual([]);
  expect(fault).toContain(expected);
  expect(fault).toContain(search.split("&").at(-1)!);
});

test("a number of the address is either used or reported, never both", () => {
  const held = { length: "&shape=CHAIN" };
  for (const [name, words] of Object.entries({ length: ["1", "2", "2.5", "9", "10"], threshold: ["0.5", "1", "7.5", "50", "51"], seconds: ["0", "0.5", "60", "61"], width: ["59", "60", "99.5", "300", "301"] }))
    for (const word of words) {
      const room = SPOKEN.motifs.includes(name as keyof State) ? "motifs" : "explore";
      const search = `?room=${room}${name in held ? held.length : ""}&${name}=${word}`;
      expect([search, faultsOf(search).length]).toEqual([search, print(parse(search)).includes(`${name}=`) ? 0 : 1]);
    }
});

const SAID: Readonly<Record<Exclude<keyof State, "room">, string>> = {
  ...{ model: "m", class: "3", classes: "1,2,3", subset: "wrong", operation: "INTERSECTION", atLeast: "3", groups: "a,b", table: "true", look: "matrix", pin: "a/1", trace: "true" },
  ...{ channel: "a/1", motif: "a/1>b/2", sort: "name", group: "a", layer: "a", colours: "a", company: "a", picked: "1", rows: "3", show: "patches", score: "attribution", min: "5" },
  ...{ weight: "5", weighed: "attribution", width: "120", height: "120", size: "specificity", kinds: "skips", probable: "false", lanes: "false", threshold: "9", unified: "true", deadEnds: "false" },
  ...{ of: "a", against: "b", around: "a/1", shape: "EDGE", length: "4", support: "0.7", seconds: "5", query: "q", plain: "true", args: "{}", cypher: "RETURN 1" },
};

test.each(ROOMS)("in %s a word has an effect, or is told to have none", (room) => {
  for (const [name, word] of Object.entries(SAID)) {
    const search = `?${new URLSearchParams({ room, [name]: word })}`;
    const isKept = new URLSearchParams(print(parse(search))).get(name) === word;
    expect([search, ...faultsOf(search).map((fault) => fault.slice(0, name.length + word.length + 3))]).toEqual([search, ...(isKept ? [] : [`“${name}=${word}”`])]);
  }
});

test.each([
  ["room=compare&classes=1,2&class=3", "“class=3” in the address has no effect in compare: it is read in explore, map."],
  ["room=compare&classes=1,2&operation=INTERSECTION", "“operation=INTERSECTION” in the address has no effect in compare: it needs three classes or more."],
  ["room=map&pin=a/1>b/2", "“pin=a/1>b/2” in the address has no effect in map: it needs a channel."],
  ["class=3&unified=true", "“unified=true” in the address has no effect in explore: it needs threshold."],
  ["room=motifs&of=all&against=b", "“against=b” in the address has no effect in motifs: it needs of=, with a group or a list of classes."],
  ["room=channel&channel=a/1&toString=2&klass=4", "Unknown in an address: “toString”, “klass”. Known in channel: room, model, channel."],
])("%s is told once, with what it takes", (search, said) => {
  expect(faultsOf(`?${search}`)).toEqual([said]);
});

test("what other sites add to an address is left alone, and so is a name without a value", () => {
  expect(faultsOf("?class=3&utm_source=letter&utm_id=4&fbclid=x&gclid=y&pin=&operation=&around=")).toEqual([]);
  expect(parse("?class=3&pin=&group=&layer=&model=")).toEqual({ ...START, class: 3 });
});

test("a name that stands there twice is told, with the value that is not read", () => {
  for (const [name, first, second] of [["class", "294", "295"], ["pin", "a/1", "a/2"], ["model", "m", "n"], ["group", "a", "b"], ["layer", "a", "b"]] as const) {
    expect(faultsOf(`?${name}=${first}&${name}=${second}`)).toEqual([`“${name}” stands in the address more than once; “${name}=${second}” is not read.`]);
    expect(String(parse(`?${name}=${first}&${name}=${second}`)[name])).toBe(first);
  }
});

test("what the page writes itself has no faults", () => {
  for (const room of ROOMS) {
    const everything = parse(`?${new URLSearchParams({ ...SAID, room })}`);
    for (const state of [everything, { ...everything, pin: null }, { ...everything, classes: [1, 2], look: "graph" as const }, { ...everything, look: "ranking" as const, subset: null }, { ...everything, threshold: null }])
      expect(faultsOf(print(state))).toEqual([]);
  }
});
