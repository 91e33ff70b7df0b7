// What channels are called: as somebody named them, which this browser keeps, or as the service suggests from the
// classes whose graphs have them.
import type { Api } from "./api";
import { shortId } from "./format";
import { namesOf, type OwnNames, printNames, readNames, writeNames } from "./ownNames";
import type { SuggestedName } from "./types";

export interface Names {
  /** The own name, or the suggested one; null: neither. */
  of(id: string): string | null;
  own(id: string): string | null;
  /** null: no group stands out, or suggestions are not here yet. */
  suggested(id: string): SuggestedName | null;
  /** Whether the service's suggestions are here, and it has any for the model. */
  hasSuggestions(): boolean;
  /** Asks the service for its suggestions; those that are here are asked for again. */
  ask(): Promise<void>;
  keep(id: string, name: string | null): void;
  readonly model: string;
  /** The own names as a file. */
  print(): string;
  /** Puts names of a file among those kept. Returns how many; throws where the file is none of ours. */
  bring(text: string): number;
  /** Ids of channels with every word in their name. */
  find(text: string): Promise<string[]>;
  /**
   * isOwn  whether somebody named a channel; else suggestions have come
   * gone   ends it
   */
  listen(listener: (isOwn: boolean) => void, gone: AbortSignal): void;
}

export function createNames(api: Api, model: string, storage: Storage | null): Names {
  let suggestions = new Map<string, SuggestedName>();
  let asked: Promise<void> | null = null;
  let own = readNames(storage, model);
  const listeners = new Set<(isOwn: boolean) => void>();
  const tell = (isOwn: boolean) => listeners.forEach((listener) => listener(isOwn));

  function ask(): Promise<void> {
    const keep = (found: readonly SuggestedName[]) => {
      suggestions = new Map(found.map((name) => [name.channel.id, name]));
      tell(false);
    };
    asked = api.suggestedNames(model).then(keep, () => void (asked = null)); // numbers stand without names, too
    return asked;
  }

  function store(next: OwnNames): void {
    writeNames(storage, model, next);
    own = next;
    tell(true);
  }

  const ownOf = (id: string): string | null => own[shortId(id)] ?? null;
  const of = (id: string): string | null => ownOf(id) ?? suggestions.get(id)?.name ?? null;

  return {
    of,
    own: ownOf,
    suggested: (id) => suggestions.get(id) ?? null,
    hasSuggestions: () => suggestions.size > 0,
    ask,
    keep(id, name) {
      const { [shortId(id)]: _, ...others } = readNames(storage, model); // another tab may have named some
      store(name === null || name.trim() === "" ? others : { ...others, [shortId(id)]: name.trim() });
    },
    model,
    print: () => printNames(model, own),
    bring(text) {
      const file = namesOf(text, model);
      store({ ...readNames(storage, model), ...file });
      return Object.keys(file).length;
    },
    async find(text) {
      await (asked ?? ask());
      const words = text.toLowerCase().split(/\s+/).filter(Boolean);
      const ids = new Set([...Object.keys(own).map((name) => `${model}/${name}`), ...suggestions.keys()]);
      return [...ids].filter((id) => words.every((word) => of(id)!.toLowerCase().includes(word)));
    },
    listen(listener, gone) {
      listeners.add(listener);
      gone.addEventListener("abort", () => listeners.delete(listener));
    },
  };
}
