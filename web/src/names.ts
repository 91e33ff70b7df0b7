// What channels are called: as somebody named them, or as the service suggests from the classes whose graphs have them.
// Names, notes and views are kept in the database with the service's token, and in this browser without it.
import { type Api, ApiError } from "./api";
import { plural, shortId } from "./format";
import { alike, isEmpty, keyOf, type Note, notesOf, printNotes, readNotes, writeNotes } from "./notes";
import type { SuggestedName } from "./types";

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
  /**
   * Keeps a note in place of what there is; an empty one removes it.
   * base  what the change is based on; rejects, in words, where something else is kept by now
   */
  keep(note: Note, base: Note | null): Promise<void>;
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

export function createNames(api: Api, model: string, storage: Storage | null): Names {
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

  function store(change: (notes: Map<string, Note>) => void): void {
    const next = byKey(readNotes(storage, model)); // another tab may have written some
    change(next);
    if (next.size || local.size) writeNotes(storage, model, [...next.values()]);
    local = next;
  }

  async function keep(note: Note, base: Note | null): Promise<void> {
    const key = keyOf(note);
    if (!api.mayChange()) {
      const changed = new Date().toISOString();
      store((notes) => (isEmpty(note) ? notes.delete(key) : notes.set(key, { created: changed, ...note, changed })));
    } else {
      await write(note, base && (base.revision ?? shared.get(key)?.revision ?? null)); // of one in this browser: what it stands before
      store((notes) => notes.delete(key));
    }
    tell(true);
  }

  /** Rejects where somebody else has written meanwhile, which is asked for, so that it can be looked at. */
  async function write({ kind, target, name, note, address, picture }: Note, expected: string | null): Promise<void> {
    const about = { model, kind, target };
    const next = new Map(shared);
    try {
      if (name || note) next.set(keyOf(about), await api.keepNote({ ...about, name, note, address, picture, expected }));
      else if (expected !== null && (await api.removeNote({ ...about, expected }), true)) next.delete(keyOf(about));
    } catch (error) {
      if (!(error instanceof ApiError && error.code === "CONFLICT")) throw error;
      await renew();
      const now = shared.get(keyOf(about));
      throw new Error(`Somebody else has ${now ? `written “${now.name ?? now.note}” here` : "removed this"} meanwhile. Do it again to replace that.`);
    }
    shared = next;
  }

  /** One by one: what there is stays. */
  async function merge(list: readonly Note[], strays = 0): Promise<string> {
    const same: Note[] = [];
    const refused: string[] = [];
    let [added, others] = [0, 0];
    local = byKey(readNotes(storage, model)); // another tab may have written some
    for (const note of list) {
      const there = (api.mayChange() ? shared : local).get(keyOf(note));
      if (there && !alike(there, note)) others++;
      else if (there) same.push(note);
      else await keep(note, null).then(() => added++, (error: Error) => refused.push(error.message));
    }
    if (api.mayChange()) store((notes) => same.forEach((note) => notes.delete(keyOf(note))));
    tell(true);
    const parts = [`${plural(added, "entry", "entries")} added`, same.length && `${same.length} there already`, others && `${others} differ and stay as they are here`, strays && `${strays} are no names or notes`, refused.length && `${refused.length} refused: ${refused[0]}`];
    return `${parts.filter(Boolean).join(", ")}.`;
  }

  const get = (kind: Note["kind"], target: string): Note | null => local.get(keyOf({ kind, target })) ?? shared.get(keyOf({ kind, target })) ?? null;
  const all = (): Note[] => [...new Map([...shared, ...local]).values()];
  const ownOf = (id: string): string | null => (id.startsWith(`${model}/`) ? (get("CHANNEL", shortId(id))?.name ?? null) : null);
  const of = (id: string): string | null => ownOf(id) ?? suggestions.get(id)?.name ?? null;
  const called = (): Record<string, string> => Object.fromEntries(all().flatMap(({ kind, target, name }) => (kind === "CHANNEL" && name ? [[target, name]] : [])));

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
    keep,
    model,
    async print() {
      const of = await pictures();
      return printNotes(model, all().map((note) => ({ ...note, picture: of.get(note.target) ?? null })));
    },
    async bring(text) {
      const { notes, strays } = notesOf(text, model);
      return merge(notes, strays);
    },
    share: () => merge([...local.values()]),
    async find(text) {
      await (asked ?? ask());
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const ids = new Set([...Object.keys(called()).map((name) => `${model}/${name}`), ...suggestions.keys()]);
      return [...ids].filter((id) => words.every((word) => of(id)!.toLowerCase().includes(word)));
    },
    listen(listener, gone) {
      listeners.add(listener);
      gone.addEventListener("abort", () => listeners.delete(listener));
    },
  };
}
