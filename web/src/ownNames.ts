// Names that somebody gave to channels: how a browser keeps them, and the file that carries them to another.

/** By channel, "mixed4d/431". */
export type OwnNames = Readonly<Record<string, string>>;

const KIND = "summit-channel-names";
export const LONGEST_NAME = 60;

const place = (model: string): string => `summit-names ${model}`;

/** Those kept of a model; none where there are none or a browser keeps nothing. */
export function readNames(storage: Storage | null, model: string): OwnNames {
  try {
    return cleaned(JSON.parse(storage?.getItem(place(model)) ?? "{}"));
  } catch {
    return {};
  }
}

/** Throws, in words, where the browser keeps nothing. */
export function writeNames(storage: Storage | null, model: string, names: OwnNames): void {
  try {
    if (!storage) throw new Error();
    storage.setItem(place(model), JSON.stringify(names));
  } catch {
    throw new Error("This browser keeps nothing for this page: its storage is full or switched off.");
  }
}

export const printNames = (model: string, names: OwnNames): string => `${JSON.stringify({ kind: KIND, model, names }, null, 1)}\n`;

/** The names of a file that was saved here. Throws where it is another file, or of another model. */
export function namesOf(text: string, model: string): OwnNames {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new Error("This file is not JSON. Choose one that was saved with “Save names”.");
  }
  const { kind, model: of, names } = (file ?? {}) as { kind?: unknown; model?: unknown; names?: unknown };
  if (kind !== KIND) throw new Error("This file holds no names of channels. Choose one that was saved with “Save names”.");
  if (of !== model) throw new Error(`These are names for ${String(of)}. This model is ${model}.`);
  return cleaned(names);
}

function cleaned(names: unknown): OwnNames {
  const entries = Object.entries((names ?? {}) as Record<string, unknown>);
  const ours = entries.filter((entry): entry is [string, string] => /^.+\/\d+$/.test(entry[0]) && typeof entry[1] === "string" && entry[1].trim() !== "");
  return Object.fromEntries(ours.map(([channel, name]) => [channel, [...name.trim()].slice(0, LONGEST_NAME).join("")]));
}
