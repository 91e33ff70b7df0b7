// The files of a published copy: asked for once, and kept.
import { parseJson } from "../json";
import { ApiError } from "../service";

export interface Files {
  /** The content of a file; null where the copy has none of that name. Rejects with an ApiError. */
  (name: string): Promise<unknown>;
  /** The same, asked for now; nothing is kept. */
  now(name: string, signal?: AbortSignal): Promise<unknown>;
}

const KEPT = 200; // files; the largest of many of a kind is some 100 KB

export function createFiles(fetcher: typeof fetch): Files {
  const known = new Map<string, Promise<unknown>>();

  /** Names stay while the content of a copy that is made again is another: the server is asked whether it is. */
  async function load(name: string, signal?: AbortSignal): Promise<unknown> {
    const response = await fetcher(`./${name}`, { cache: "no-cache", signal: signal ?? null }).catch(() => null);
    if (!response || response.status >= 500) throw new ApiError("The server of this page does not answer.", "NO_ANSWER");
    if (response.status === 404) return null;
    if (!response.ok) throw new ApiError(`The server of this page answered ${response.status} for ${name}.`, "BAD_ANSWER");
    const text = await response.text();
    try {
      return parseJson(text);
    } catch {
      throw new ApiError(`${name} of this published copy is not JSON. Was it copied whole?`, "BAD_ANSWER");
    }
  }

  const kept = (name: string): Promise<unknown> => {
    const before = known.get(name);
    if (before) return before;
    const asked = load(name);
    known.set(name, asked);
    asked.catch(() => known.delete(name));
    const oldest = known.keys().next().value;
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
    return asked;
  };
  return Object.assign(kept, { now: load });
}
