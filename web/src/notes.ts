// What somebody wrote down: names of channels, notes, saved views. How a browser keeps them, and the file that carries
// them to another, or to the database.
import type { AnnotationKind } from "./answers";

export interface Note {
  readonly kind: AnnotationKind;
  readonly target: string; // "mixed4d/431" of a channel, "294" of a class, the key of a view
  readonly name?: string | null; // of a channel or a view
  readonly note?: string | null;
  readonly address?: string | null; // of a view, "?class=294"
  readonly picture?: string | null; // of a view, as a data URL
  readonly created?: string; // UTC
  readonly changed?: string;
  readonly revision?: string; // in the database
}

const KIND = "summit-notes";
const NAMES_ALONE = "summit-channel-names"; // an earlier file
const VERSION = 1;
export const LONGEST_NAME = 60;
export const LONGEST_NOTE = 4000;

const place = (model: string): string => `summit-notes ${model}`;

export const keyOf = ({ kind, target }: Pick<Note, "kind" | "target">): string => `${kind} ${target}`;

export const isEmpty = ({ name, note }: Note): boolean => !name && !note;

export const trimmed = (item: Note): Note => ({ ...item, name: item.name?.trim() || null, note: item.note?.trim() || null });

/** All that is written in it. */
export const wordsOf = ({ name, note }: Note): string => [name && `“${name}”`, note && `“${note}”`].filter(Boolean).join(" with the note ");

export const alike = (a: Note, b: Note): boolean => a.name == b.name && a.note == b.note && a.address == b.address; // null or not there

/** Those kept of a model; none where there are none or a browser keeps nothing. What cannot be read is kept aside, as it is. */
export function readNotes(storage: Storage | null, model: string): Note[] {
  let kept: string | null | undefined;
  try {
    kept = storage?.getItem(place(model));
    return sorted(kept ? JSON.parse(kept) : listed(JSON.parse(storage?.getItem(`summit-names ${model}`) ?? "{}"))).notes;
  } catch {
    if (kept) put(storage, `${place(model)} unreadable`, kept);
    return [];
  }
}

/** Throws, in words, where the browser keeps nothing. */
export function writeNotes(storage: Storage | null, model: string, notes: readonly Note[]): void {
  if (!put(storage, place(model), JSON.stringify(notes))) throw new Error("Not saved: the browser's storage is full or turned off.");
}

function put(storage: Storage | null, key: string, text: string): boolean {
  try {
    storage?.setItem(key, text);
    return storage !== null;
  } catch {
    return false;
  }
}

export const printNotes = (model: string, all: readonly Note[]): string =>
  `${JSON.stringify({ kind: KIND, version: VERSION, model, notes: all.map(bare) }, (_, value: unknown) => value ?? undefined, 1)}\n`;

/** Without what is a database's or a file's own. */
export const bare = ({ kind, target, name, note, address, picture, created, changed }: Note): Note => ({ kind, target, name, note, address, picture, created, changed }) as Note;

/** The notes of a file, and how many of its entries are none. Throws where it is another file, or of another model. */
export function notesOf(text: string, model: string): { notes: Note[]; strays: number } {
  const other = (why: string) => new Error(`This file ${why}. Choose one that was saved with “Save to a file”, or by summit notes.`);
  let file: Readonly<Record<string, unknown>>;
  try {
    file = Object(JSON.parse(text)) as typeof file;
  } catch {
    throw other("is not JSON");
  }
  const { kind, version, model: of, notes, names } = file;
  const list = kind === NAMES_ALONE ? listed(names) : kind === KIND && version === VERSION ? notes : null;
  if (!Array.isArray(list) || typeof of !== "string") throw other("is not a names-and-notes file");
  if (of !== model) throw new Error(`These are notes on ${of}. This model is ${model}.`);
  return sorted(list);
}

/** Names by channel, as the entries that they are now. */
const listed = (names: unknown): unknown[] => Object.entries(Object(names)).map(([target, name]) => ({ kind: "CHANNEL", target, name }));

const TARGETS: Readonly<Record<AnnotationKind, RegExp>> = { CHANNEL: /^[^/\s]{1,200}\/\d{1,9}$/, CLASS: /^(0|[1-9]\d{0,8})$/, VIEW: /^[A-Za-z0-9-]{1,40}$/ };

const isText = (text: unknown, longest: number): boolean => text == null || (typeof text === "string" && [...text].length <= longest);

function isNote(item: unknown): boolean {
  const { kind, target, name, note, address, picture } = Object(item) as Note;
  const fits = (pattern: RegExp, text: unknown) => typeof text === "string" && pattern.test(text);
  const isFit = Object.hasOwn(TARGETS, kind) && fits(TARGETS[kind], target) && isText(name, LONGEST_NAME) && isText(note, LONGEST_NOTE);
  if (kind !== "VIEW") return Boolean(isFit && (name?.trim() || note?.trim()));
  return Boolean(isFit && name?.trim() && fits(/^\?[!-~]*$/, address) && (picture == null || fits(/^data:image\/(png|jpeg|webp);base64,[\w+/=]*$/, picture)));
}

function sorted(list: unknown): { notes: Note[]; strays: number } {
  const items = Array.isArray(list) ? (list as Note[]) : [];
  const notes = items.filter(isNote).map((item) => bare(trimmed(item)));
  return { notes, strays: items.length - notes.length };
}
