import { expect, test } from "vitest";
import { changed, createStore, parse, print, START } from "./state";

test("an empty address is the start, and the start has an empty address", () => {
  expect(parse("")).toEqual(START);
  expect(print(START)).toBe("");
});

test("deep links are read", () => {
  expect(parse("?model=summit-inceptionv1&class=294")).toMatchObject({ room: "explore", model: "summit-inceptionv1", class: 294 });
  expect(parse("?room=compare&classes=294,295")).toMatchObject({ room: "compare", classes: [294, 295] });
  expect(parse("?channel=mixed4d/431")).toMatchObject({ room: "channel", channel: "mixed4d/431" });
});

test("what is printed is read back, in every room", () => {
  for (const search of [
    "?model=m&class=294&pin=mixed4d/431&trace=true&sort=name&group=n02131653&layer=mixed4d&rows=12&min=120&weight=3&weighed=attribution&kinds=skips&probable=false&lanes=false&threshold=12.5&unified=true&deadEnds=false",
    "?class=0&motif=mixed4b/398>mixed4c/415,mixed4c/415>mixed4d/431",
    "?room=map&model=m&class=603&pin=mixed4d/431&layer=mixed4d&sort=accuracy-up&group=n1&colours=n1,n2&company=n3,n4&picked=1,2,3",
    "?room=map&colours=accuracy",
    "?room=compare&model=m&classes=294,295,296&operation=DIFFERENCE&look=matrix",
    "?room=compare&classes=294,295,296&kinds=convolutions&atLeast=3",
    "?room=compare&model=m&classes=3&subset=not%20predicted%3A7&score=attribution",
    "?room=motifs&of=n02131653&against=n02083346&shape=CHAIN&length=4&support=0.75",
    "?room=motifs&of=294,295&around=mixed4d/431&seconds=2.5",
    "?room=query&query=strongest_inputs",
    "?room=query&cypher=MATCH%20(c)%20RETURN%20c",
    "?channel=mixed4d/431",
  ])
    expect(print(parse(search))).toBe(search);
});

test("an address says only what its room reads", () => {
  expect(print({ ...START, room: "compare", class: 5, classes: [1, 2] })).toBe("?room=compare&classes=1,2");
});

test("nonsense in an address is left out", () => {
  expect(parse("?room=attic&class=-3&classes=1,x,2&min=lots&threshold=51&deadEnds=x&support=7&length=10&sort=up")).toEqual({ ...START, classes: [1, 2] });
});

test("a subset is left with the class that it was chosen with", () => {
  const state = parse("?room=compare&classes=3&subset=wrong");
  expect(changed(state, { classes: [3, 4] }).subset).toBeNull();
  expect(changed(state, { score: "attribution" }).subset).toBe("wrong");
  expect(changed(state, { classes: [4], subset: "right" })).toMatchObject({ classes: [4], subset: "right" });
});

test("the store knows the room that was left, whatever changes in the one that is shown", () => {
  const page = { location: { search: "?room=compare&classes=1,2", pathname: "/" }, history: { pushState: () => undefined }, addEventListener: () => undefined } as unknown as Window;
  const store = createStore(page);
  expect(store.left()).toBeNull();
  store.set({ room: "query" });
  store.set({ query: "channel_classes" });
  expect(store.left()).toBe("compare");
});
