// What channels are called: as somebody named them, or as the service suggests from the classes whose graphs have them.
// Names, notes and views are kept in the database with the service's token, and in this browser without it.
import { type Api, hasCode } from "./api";
import { plural, shortId } from "./format";
import { alike, bare, isEmpty, keyOf, type Note, notesOf, printNotes, readNotes, trimmed, wordsOf, writeNotes } from "./notes";
import type { SuggestedName } from "./types";
import { must } from "./must";
import { whyUnseen } from "./seen";

export interface Names {
  /** The own name, or the suggested one; null: neither. */
  of(id: string): string | null;
  own(id: string): string | null;
  /** null: no group stands out, or suggestions are not here yet. */
  suggested(id: string): SuggestedName | null;
  /** Whether the service's suggestions are here, and it has any for the model. */
  hasSuggestions(): boolean;
  /** Asks the service for its suggestions and for what the database keeps; what is here is asked for again. */
  ask(): Promise<void>;
  /** What is kept: in this browser, or else in the database. */
  get(kind: Note["kind"], target: string): Note | null;
  all(): Note[];
  /** Own names by channel, "mixed4d/431". */
  called(): Record<string, string>;
  /** Pictures of the views, by their keys. */
  pictures(): Promise<ReadonlyMap<string, string>>;
  /** Whether changes go into the database. */
  isShared(): boolean;
  /** How many are in this browser alone. */
  inBrowser(): number;
  /** What the database has in the place of one of this browser, which is shown. */
  hidden(kind: Note["kind"], target: string): Note | null;
  /**
   * Keeps a note in place of what there is.
   * base  what the change is based on; rejects, in words, where something else is kept by now
   * here  in this browser alone
   */
  keep(note: Note, base: Note | null, here?: boolean): Promise<void>;
  /** Removes a note where it is kept; rejects where that is something else by now. */
  remove(note: Note): Promise<void>;
  /** Reads what another tab may have written in this browser. */
  reread(): void;
  /** The service's token. */
  carry(token: string): void;
  readonly model: string;
  /** All of them as a file. */
  print(): Promise<string>;
  /** Puts those of a file beside what is kept, which stays where it differs. Says what became of them; throws where the file is none of ours. */
  bring(text: string): Promise<string>;
  /** The same with those that are in this browser alone, into the database. */
  share(): Promise<string>;
  /** Ids of channels with every word in their name. */
  find(text: string): Promise<string[]>;
  /**
   * isOwn  whether somebody named a channel, or wrote; else suggestions have come
   * gone   ends it
   */
  listen(listener: (isOwn: boolean) => void, gone: AbortSignal): void;
}

type Notes = ReadonlyMap<string, Note>;
const byKey = (list: readonly Note[]): Map<string, Note> => new Map(list.map((note) => [keyOf(note), note]));

const stamped = (note: Note): Note => {
  const changed = new Date().toISOString();
  return bare({ created: changed, ...note, changed });
};

/** Takes a note out where it is still that. */
function drop(notes: Map<string, Note>, note: Note | undefined): void {
  const now = note && notes.get(keyOf(note));
  if (now && alike(now, note)) notes.delete(keyOf(note));
}

/** Why a browser does not keep it, as the database would not; null where it does. */
const whyRefused = ({ name }: Note): string | null => (name ? whyUnseen(name) : null);

/** What was pressed, and what it would do now. */
type Act = "Keep" | "Remove";

const changedBy = (who: string, now: Note | undefined, act: Act): string =>
  `${who} ${now ? `changed this to ${wordsOf(now)}. Press ${act} again if you still want to.` : `removed this.${act === "Keep" ? " Press Keep to write it again." : ""}`}`;

/** knows  whether the model has a channel, "mixed4d/431" */
export function createNames(api: Api, model: string, storage: Storage | null, knows: (channel: string) => boolean = () => true): Names {
  let suggestions = new Map<string, SuggestedName>();
  let asked: Promise<void> | null = null;
  let shared: Notes = new Map(); // in the database
  let local: Notes = byKey(readNotes(storage, model));
  const listeners = new Set<(isOwn: boolean) => void>();
  const tell = (isOwn: boolean) => listeners.forEach((listener) => listener(isOwn));

  function ask(): Promise<void> {
    const keep = (found: readonly SuggestedName[]) => {
      suggestions = new Map(found.map((name) => [name.channel.id, name]));
      tell(false);
    };
    const failed = () => void (asked = null); // numbers stand without names, too
    asked = Promise.all([api.suggestedNames(model).then(keep), renew()]).then(() => undefined, failed);
    return asked;
  }

  async function renew(): Promise<void> {
    const before = shared;
    shared = byKey(await api.notes(model));
    if (shared.size || before.size) tell(true);
  }

  /** Changes those of this browser, of which another tab may have written some. */
  function store(change: (notes: Map<string, Note>) => void): void {
    const next = byKey(readNotes(storage, model));
    change(next);
    if (next.size || local.size) writeNotes(storage, model, [...next.values()]);
    local = next;
  }

  /** Throws where this browser has something else by now than the change is based on. */
  function storeOver(key: string, base: Note | null, change: (notes: Map<string, Note>) => void, act: Act): void {
    store((notes) => {
      const now = notes.get(key);
      if (now ? base && !base.revision && alike(now, base) : !base || base.revision) return change(notes);
      reread();
      throw new Error(changedBy("Another tab", now, act));
    });
  }

  function reread(): void {
    local = byKey(readNotes(storage, model));
    tell(true);
  }

  async function keep(given: Note, base: Note | null, here = !api.mayChange()): Promise<void> {
    const note = trimmed(given);
    if (note.kind === "VIEW" ? !note.name : isEmpty(note)) throw new Error("This is empty. Write something first.");
    const key = keyOf(note);
    const mine = local.get(key);
    const why = here ? whyRefused(note) : null;
    if (why) throw new Error(why);
    if (here) storeOver(key, base, (notes) => notes.set(key, stamped(note)), "Keep");
    else {
      await write(note, base?.revision ?? null);
      store((notes) => drop(notes, mine));
    }
    tell(true);
  }

  async function remove(note: Note): Promise<void> {
    const { kind, target, revision: expected } = note;
    const key = keyOf(note);
    if (expected) await asExpected(note, () => api.removeNote({ model, kind, target, expected }), (next) => next.delete(key), "Remove");
    else storeOver(key, note, (notes) => notes.delete(key), "Remove");
    tell(true);
  }

  const write = ({ kind, target, name, note, address, picture }: Note, expected: string | null): Promise<void> =>
    asExpected({ kind, target }, () => api.keepNote({ model, kind, target, name, note, address, picture, expected }), (next, kept) => next.set(keyOf(kept), kept), "Keep");

  /** Rejects where somebody else has written meanwhile, which is asked for, so that it can be looked at. */
  async function asExpected<T>(about: Note, ask: () => Promise<T>, change: (next: Map<string, Note>, answer: T) => void, act: Act): Promise<void> {
    try {
      const answer = await ask();
      const next = new Map(shared); // by now
      change(next, answer);
      shared = next;
    } catch (error) {
      if (!hasCode(error, "CONFLICT")) throw error;
      await renew();
      throw new Error(changedBy("Someone else", shared.get(keyOf(about)), act));
    }
  }

  /** What there is stays. The browser's are written at once, the database's one by one. */
  async function merge(list: readonly Note[], aliens = 0, strays = 0): Promise<string> {
    const [added, same, refused]: [Note[], Note[], string[]] = [[], [], []];
    const isShared = api.mayChange();
    const there = new Map(isShared ? shared : byKey(readNotes(storage, model)));
    let others = 0;
    const refuse = (error: Error) => {
      if (hasCode(error, "FORBIDDEN")) throw error; // as it would be for each of the others
      refused.push(error.message);
    };
    const add = (note: Note) => {
      const why = whyRefused(note);
      why ? refused.push(why) : added.push(note);
    };
    try {
      for (const note of list) {
        const kept = there.get(keyOf(note));
        if (kept) alike(kept, note) ? same.push(note) : others++;
        else if (isShared) await write(note, null).then(() => added.push(note), refuse);
        else add(note);
        if (!kept) there.set(keyOf(note), note); // it may come twice
      }
    } finally {
      store((notes) => {
        if (isShared) for (const note of [...added, ...same]) drop(notes, note);
        else for (const note of added) notes.set(keyOf(note), stamped(note));
      });
      tell(true);
    }
    const parts = [`${plural(added.length, "entry", "entries")} added`, same.length && `${same.length} there already`, others && `${others} left out: something else is kept`, aliens && `${aliens} skipped: about channels or classes that are not here`, strays && `${strays} skipped: not a name, note or view`, refused.length && `${refused.length} refused: ${refused[0]}`];
    return `${parts.filter(Boolean).join(", ")}.`;
  }

  const get = (kind: Note["kind"], target: string): Note | null => local.get(keyOf({ kind, target })) ?? shared.get(keyOf({ kind, target })) ?? null;
  const all = (): Note[] => [...new Map([...shared, ...local]).values()];
  const ownOf = (id: string): string | null => (id.startsWith(`${model}/`) ? (get("CHANNEL", shortId(id))?.name ?? null) : null);
  const of = (id: string): string | null => ownOf(id) ?? suggestions.get(id)?.name ?? null;
  const called = (): Record<string, string> => Object.fromEntries(all().flatMap(({ kind, target, name }) => (kind === "CHANNEL" && name ? [[target, name]] : [])));

  const hidden = (kind: Note["kind"], target: string): Note | null => {
    const [mine, theirs] = [local, shared].map((notes) => notes.get(keyOf({ kind, target })));
    return (mine && theirs) ?? null;
  };

  async function pictures(): Promise<ReadonlyMap<string, string>> {
    const views = all().filter(({ kind }) => kind === "VIEW");
    const found = views.some(({ revision }) => revision) ? await api.viewPictures(model) : [];
    return new Map([...found, ...views].flatMap(({ target, picture }) => (picture ? [[target, picture]] : [])));
  }

  return {
    of,
    own: ownOf,
    suggested: (id) => suggestions.get(id) ?? null,
    hasSuggestions: () => suggestions.size > 0,
    ask,
    get,
    all,
    called,
    pictures,
    isShared: () => api.mayChange(),
    inBrowser: () => local.size,
    hidden,
    keep,
    remove,
    reread,
    carry: api.carry,
    model,
    async print() {
      const of = await pictures();
      return printNotes(model, all().map((note) => ({ ...note, picture: of.get(note.target) ?? null })));
    },
    async bring(text) {
      const { notes, strays } = notesOf(text, model);
      const classes = new Set(notes.some(({ kind }) => kind === "CLASS") ? (await api.classNames(model)).map(({ index }) => String(index)) : []);
      const ours = notes.filter(({ kind, target }) => kind === "VIEW" || (kind === "CLASS" ? classes.has(target) : knows(target)));
      return merge(ours, notes.length - ours.length, strays);
    },
    share: () => merge([...local.values()]),
    async find(text) {
      await (asked ?? ask());
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const ids = new Set([...Object.keys(called()).map((name) => `${model}/${name}`), ...suggestions.keys()]);
      return [...ids].filter((id) => words.every((word) => must(of(id)).toLowerCase().includes(word)));
    },
    listen(listener, gone) {
      listeners.add(listener);
      gone.addEventListener("abort", () => listeners.delete(listener));
    },
  };
}
