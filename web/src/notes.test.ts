import { expect, it } from "vitest";
import { type Api, ApiError } from "./api";
import { createNames } from "./names";
import { type Note, notesOf, printNotes, readNotes, writeNotes } from "./notes";

const NAME: Note = { kind: "CHANNEL", target: "low/3", name: "stripes", note: null };
const VIEW: Note = { kind: "VIEW", target: "a1", name: "two bears", note: null, address: "?class=1", picture: "data:image/jpeg;base64,AA==" };

function storage(): Storage {
  const held = new Map<string, string>();
  return { getItem: (key: string) => held.get(key) ?? null, setItem: (key: string, value: string) => void held.set(key, value) } as unknown as Storage;
}

/** A service without a token. */
const alone = { mayChange: () => false, notes: async () => [], suggestedNames: async () => [] } as unknown as Api;

/** A service with the token, over a database that keeps notes as ours does. */
function shared() {
  const held = new Map<string, Note>();
  let revision = 0;
  const key = ({ kind, target }: Pick<Note, "kind" | "target">) => `${kind} ${target}`;
  const check = (question: Pick<Note, "kind" | "target"> & { readonly expected?: string | null | undefined }) => {
    if ((held.get(key(question))?.revision ?? null) !== (question.expected ?? null)) throw new ApiError("written meanwhile", "CONFLICT");
  };
  const api = {
    mayChange: () => true,
    suggestedNames: async () => [],
    notes: async () => [...held.values()].map(({ picture: _, ...note }) => note),
    viewPictures: async () => [...held.values()].filter(({ kind }) => kind === "VIEW"),
    keepNote: async ({ expected, ...note }: Note & { expected?: string | null }) => {
      check({ ...note, expected });
      held.set(key(note), { ...note, revision: String(++revision) });
      return held.get(key(note));
    },
    removeNote: async (question: Note & { expected: string }) => (check(question), held.delete(key(question))),
  };
  return { api: api as unknown as Api, held };
}

it("keeps the notes of each model apart, and reads the names that an earlier page kept", () => {
  const kept = storage();
  writeNotes(kept, "one", [NAME]);
  expect(readNotes(kept, "one")).toEqual([NAME]);
  expect(readNotes(kept, "other")).toEqual([]);
  kept.setItem("summit-names old", '{"low/3": "stripes"}');
  expect(readNotes(kept, "old")).toEqual([NAME]);
  writeNotes(kept, "old", []);
  expect(readNotes(kept, "old")).toEqual([]);
});

it("reads the file that it prints, without what is a database's own", () => {
  const text = printNotes("one", [{ ...NAME, revision: "7" }, VIEW]);
  expect(notesOf(text, "one")).toEqual({ notes: [NAME, VIEW], strays: 0 });
  expect(text).not.toContain("revision");
});

it("reads a file of names alone", () => {
  expect(notesOf('{"kind": "summit-channel-names", "model": "one", "names": {"low/3": " stripes "}}', "one").notes).toEqual([NAME]);
});

it("says what is wrong with a file", () => {
  expect(() => notesOf("stripes", "one")).toThrow("is not JSON");
  expect(() => notesOf('{"names": {}}', "one")).toThrow("is not a names-and-notes file");
  for (const file of [{ notes: [] }, { model: "one" }, { model: "one", notes: "x" }, { model: "one", notes: [], version: 2 }])
    expect(() => notesOf(JSON.stringify({ kind: "summit-notes", version: 1, ...file }), "one")).toThrow("is not a names-and-notes file");
  expect(() => notesOf("null", "one")).toThrow("is not a names-and-notes file");
  expect(() => notesOf(printNotes("other", []), "one")).toThrow("These are notes on other. This model is one.");
});

it("counts what is no name, note or view", () => {
  const strays = [{ ...NAME, name: " " }, { ...NAME, target: "low" }, { ...NAME, name: 7 }, { ...NAME, name: "x".repeat(61) }, { ...NAME, kind: "LAYER" }, { ...NAME, kind: "toString" }, { ...VIEW, address: 7 }, { ...VIEW, target: "a_1" }, { ...VIEW, name: " " }, { ...NAME, target: "low/1234567890" }, { ...VIEW, address: "javascript:alert(1)" }, { ...VIEW, picture: "data:image/svg+xml,<svg/>" }, null, "x"];
  expect(notesOf(printNotes("one", [...(strays as Note[]).filter((item) => Object(item) === item), NAME]), "one")).toEqual({ notes: [NAME], strays: 12 });
});

it("says so where the browser keeps nothing", () => {
  expect(readNotes(null, "one")).toEqual([]);
  expect(() => writeNotes(null, "one", [NAME])).toThrow("Not saved: the browser's storage is full or turned off.");
});

it("keeps what it cannot read aside", () => {
  const kept = storage();
  kept.setItem("summit-notes one", "[{");
  expect(readNotes(kept, "one")).toEqual([]);
  writeNotes(kept, "one", [NAME]);
  expect(kept.getItem("summit-notes one unreadable")).toBe("[{");
});

it("keeps what another tab has written meanwhile, and what is there where a file differs", async () => {
  const kept = storage();
  const [first, second] = [createNames(alone, "one", kept), createNames(alone, "one", kept)];
  await first.keep(NAME, null);
  await second.keep({ ...NAME, target: "low/4", name: "ears" }, null);
  expect(readNotes(kept, "one").map(({ name }) => name)).toEqual(["stripes", "ears"]);
  const told = await first.bring(printNotes("one", [{ ...NAME, name: "zebra" }, { ...NAME, target: "low/4", name: "ears" }, VIEW]));
  expect(told).toBe("1 entry added, 1 there already, 1 left out: something else is kept.");
  expect([first.own("one/low/3"), first.own("other/low/3"), first.called()]).toEqual(["stripes", null, { "low/3": "stripes", "low/4": "ears" }]);
});

it("keeps no name that cannot be seen as it is, as the database does not", async () => {
  const kept = storage();
  const names = createNames(alone, "one", kept);
  await expect(names.keep({ ...NAME, name: "be\u200bar" }, null)).rejects.toThrow("the name contains the character U+200B, which cannot be seen; leave it out");
  await expect(names.keep({ ...VIEW, name: "\u3164" }, null)).rejects.toThrow("nothing of the name can be seen");
  expect(await names.bring(printNotes("one", [NAME, { ...NAME, target: "low/4", name: "\u202estripes" }]))).toBe("1 entry added, 1 refused: the name contains the character U+202E, which cannot be seen; leave it out.");
  expect(readNotes(kept, "one").map(({ name }) => name)).toEqual(["stripes"]);
});

it("writes into the database with the token, and brings what the browser has", async () => {
  const kept = storage();
  writeNotes(kept, "one", [NAME, VIEW]);
  const { api, held } = shared();
  const names = createNames(api, "one", kept);
  expect([names.inBrowser(), names.own("one/low/3")]).toEqual([2, "stripes"]);
  expect(await names.share()).toBe("2 entries added.");
  expect([names.inBrowser(), held.size, (await names.pictures()).get("a1")]).toEqual([0, 2, VIEW.picture]);
  expect(readNotes(kept, "one")).toEqual([]);
  expect(notesOf(await names.print(), "one").notes).toEqual([NAME, VIEW]);
});

it("never writes over what somebody else has written meanwhile, and shows it", async () => {
  const { api } = shared();
  const [mine, theirs] = [createNames(api, "one", null), createNames(api, "one", null)];
  await mine.keep(NAME, null);
  await theirs.ask();
  await theirs.keep({ ...NAME, name: "zebra", note: "on a horse" }, theirs.get("CHANNEL", "low/3"));
  const seen = mine.get("CHANNEL", "low/3");
  await expect(mine.keep({ ...NAME, name: "grass" }, seen)).rejects.toThrow("Someone else changed this to “zebra” with the note “on a horse”. Press Keep again if you still want to.");
  expect(mine.own("one/low/3")).toBe("zebra");
  await mine.keep({ ...NAME, name: "grass" }, mine.get("CHANNEL", "low/3"));
  expect(mine.own("one/low/3")).toBe("grass");
});

it("removes, and takes a removal back", async () => {
  for (const api of [alone, shared().api]) {
    const names = createNames(api, "one", storage());
    await names.keep(VIEW, null);
    const view = names.get("VIEW", "a1")!;
    await names.remove(view);
    expect(names.all()).toEqual([]);
    await names.keep({ ...view, picture: VIEW.picture ?? null }, null);
    expect([names.get("VIEW", "a1")?.name, (await names.pictures()).get("a1")]).toEqual(["two bears", VIEW.picture]);
  }
});

it("shows both where a browser's own note hides the database's, and touches neither unasked", async () => {
  const kept = storage();
  const { api, held } = shared();
  await createNames(api, "one", null).keep({ ...NAME, name: "C" }, null);
  writeNotes(kept, "one", [{ ...NAME, name: "B" }]);
  const names = createNames(api, "one", kept);
  await names.ask();
  const mine = names.get("CHANNEL", "low/3")!;
  expect([mine.name, names.hidden("CHANNEL", "low/3")?.name]).toEqual(["B", "C"]);
  await expect(names.keep({ ...NAME, name: "B2" }, mine)).rejects.toThrow("Someone else changed this to “C”");
  await names.remove(mine);
  expect([names.own("one/low/3"), names.inBrowser(), [...held.values()].map(({ name }) => name)]).toEqual(["C", 0, ["C"]]);
  await names.keep(mine, null, true);
  await names.keep({ ...NAME, name: "B2" }, names.hidden("CHANNEL", "low/3"));
  expect([names.own("one/low/3"), names.inBrowser(), [...held.values()].map(({ name }) => name)]).toEqual(["B2", 0, ["B2"]]);
});

it("skips what a file says about channels that the model does not have", async () => {
  const names = createNames(alone, "one", storage(), (channel) => channel === "low/3");
  const told = await names.bring(printNotes("one", [NAME, { ...NAME, target: "low/4" }, VIEW]));
  expect(told).toBe("2 entries added, 1 skipped: about channels or classes that are not here.");
  expect(names.called()).toEqual({ "low/3": "stripes" });
});

it("skips what a file says about classes that the model does not have, and says so apart from what is no note", async () => {
  const api = { ...alone, classNames: async () => [{ index: 0, name: "cat" }, { index: 7, name: "dog" }] } as unknown as Api;
  const names = createNames(api, "one", storage());
  const about = (target: string): Note => ({ kind: "CLASS", target, note: "few pictures" });
  expect(await names.bring(printNotes("one", [about("7"), about("8"), about("1000000"), { ...NAME, name: " " }]))).toBe("1 entry added, 2 skipped: about channels or classes that are not here, 1 skipped: not a name, note or view.");
  expect(names.all().map(({ target }) => target)).toEqual(["7"]);
});

it("leaves what the browser has where a file brings something else into the database", async () => {
  const kept = storage();
  writeNotes(kept, "one", [{ ...NAME, name: "B" }]);
  const names = createNames(shared().api, "one", kept);
  expect(await names.bring(printNotes("one", [{ ...NAME, name: "C" }]))).toBe("1 entry added.");
  expect([readNotes(kept, "one")[0]?.name, names.hidden("CHANNEL", "low/3")?.name]).toEqual(["B", "C"]);
});

it("removes nothing for a blank name, and keeps names without spaces around them", async () => {
  const names = createNames(alone, "one", storage());
  await names.keep({ ...VIEW, name: " two bears " }, null);
  const view = names.get("VIEW", "a1")!;
  expect(view.name).toBe("two bears");
  await expect(names.keep({ ...view, name: "  ", note: "a note" }, view)).rejects.toThrow("This is empty. Write something first.");
  await expect(names.keep({ ...NAME, name: " " }, null)).rejects.toThrow("This is empty. Write something first.");
  expect(names.get("VIEW", "a1")?.name).toBe("two bears");
});

it("never writes over what another tab has written meanwhile, and hears of it", async () => {
  const kept = storage();
  const [first, second] = [createNames(alone, "one", kept), createNames(alone, "one", kept)];
  await first.keep(NAME, null);
  await expect(second.keep({ ...NAME, name: "zebra" }, null)).rejects.toThrow("Another tab changed this to “stripes”. Press Keep again if you still want to.");
  await second.keep({ ...NAME, name: "zebra" }, second.get("CHANNEL", "low/3"));
  await expect(first.remove(first.get("CHANNEL", "low/3")!)).rejects.toThrow("Another tab changed this to “zebra”");
  await second.remove(second.get("CHANNEL", "low/3")!);
  let heard = 0;
  first.listen(() => heard++, new AbortController().signal);
  first.reread();
  expect([first.own("one/low/3"), heard]).toEqual([null, 1]);
});

it("writes the names of a file at once, and tells it once", async () => {
  const kept = storage();
  let written = 0;
  const counting = { getItem: kept.getItem, setItem: (key: string, value: string) => (written++, kept.setItem(key, value)) } as Storage;
  const names = createNames(alone, "one", counting);
  let heard = 0;
  names.listen(() => heard++, new AbortController().signal);
  const many = Array.from({ length: 500 }, (_, k) => ({ ...NAME, target: `low/${k}` }));
  expect(await names.bring(printNotes("one", [...many, { ...NAME, name: "other" }]))).toBe("500 entries added, 1 left out: something else is kept.");
  expect([written, heard, names.all().length]).toEqual([1, 1, 500]);
});

it("leaves what the database has of a browser's own note to be replaced, though both are the same", async () => {
  const kept = storage();
  const { api, held } = shared();
  await createNames(api, "one", null).keep(NAME, null);
  writeNotes(kept, "one", [NAME]);
  const names = createNames(api, "one", kept);
  await names.ask();
  const seen = names.hidden("CHANNEL", "low/3");
  await names.keep({ ...NAME, name: "zebra" }, seen);
  expect([seen?.name, names.own("one/low/3"), names.inBrowser(), [...held.values()].map(({ name }) => name)]).toEqual(["stripes", "zebra", 0, ["zebra"]]);
});

it("asks for the token once where the service refuses all of a file, and tells of the one that it refuses", async () => {
  const { api } = shared();
  const refusing = (code: string) => ({ ...api, keepNote: async ({ target }: Note) => { if (code === "FORBIDDEN" || target === "low/3") throw new ApiError("No", code); return { ...NAME, target }; } }) as unknown as Api;
  const text = printNotes("one", [NAME, { ...NAME, target: "low/4" }]);
  await expect(createNames(refusing("FORBIDDEN"), "one", null).bring(text)).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(await createNames(refusing("BAD_USER_INPUT"), "one", null).bring(text)).toBe("1 entry added, 1 refused: No.");
});

it("tells what was written before the service asked for the token, and keeps the rest in the browser", async () => {
  const { api } = shared();
  const kept = storage();
  writeNotes(kept, "one", [NAME, { ...NAME, target: "low/4" }]);
  const expiring = { ...api, keepNote: async (note: Note) => { if (note.target === "low/4") throw new ApiError("No", "FORBIDDEN"); return { ...note, revision: "1" }; } } as unknown as Api;
  const names = createNames(expiring, "one", kept);
  let heard = 0;
  names.listen(() => heard++, new AbortController().signal);
  await expect(names.share()).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect([heard, readNotes(kept, "one").map(({ target }) => target)]).toEqual([1, ["low/4"]]);
});

it("does not offer to remove again what is gone", async () => {
  const kept = storage();
  const [first, second] = [createNames(alone, "one", kept), createNames(alone, "one", kept)];
  await first.keep(NAME, null);
  second.reread();
  const seen = second.get("CHANNEL", "low/3")!;
  await first.remove(seen);
  await expect(second.keep({ ...NAME, name: "zebra" }, seen)).rejects.toThrow("Another tab removed this. Press Keep to write it again.");
  await expect(second.remove(seen)).rejects.toThrow(/^Another tab removed this\.$/);
});

it("keeps what two writes under way brought", async () => {
  const names = createNames(shared().api, "one", null);
  await Promise.all([names.keep(NAME, null), names.keep({ ...NAME, target: "low/4" }, null)]);
  expect(names.all().length).toBe(2);
});

it("keeps in the browser what the service refuses", async () => {
  const kept = storage();
  const { api, held } = shared();
  const names = createNames(api, "one", kept);
  await names.keep(NAME, null, true);
  expect([names.own("one/low/3"), names.inBrowser(), held.size]).toEqual(["stripes", 1, 0]);
});
