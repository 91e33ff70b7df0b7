// Files for other programs, which the service writes: the actions of a menu.
import type { Context } from "../context";
import { saveBlob } from "../export";
import { needsService } from "../site/facts";
import type { Actions } from "../views/menu";

const FORMATS = { "Gephi (GEXF)": "gexf", GraphML: "graphml", "networkx (JSON)": "json", "Pairs (CSV)": "csv", "Script (Cypher)": "cypher" };

export const OF_A_CLASS = { "Neuronpedia (JSON)": "neuronpedia" }; // which holds one class's graph

export type Asked = Readonly<Record<string, string | number | boolean>>;

/**
 * ask     what the file is of, by the names of the service's address; null while nothing is shown
 * failed  told why there is no file, with what asks for the same one again
 * isPart  whether only some edges are shown: a file has all of them, and says so
 * further formats by what the menu calls them
 */
export const fileMenu = ({ model, isSite }: Pick<Context, "model" | "isSite">, ask: () => Asked | null, failed: (error: Error, retry: () => void) => void, isPart = false, further: Readonly<Record<string, string>> = {}): Actions =>
  Object.fromEntries(
    Object.entries({ ...FORMATS, ...further }).map(([label, format]) => [
      isPart ? `${label} (all edges)` : label,
      isSite ? needsService("This file needs") : () => {
        const asked = ask();
        if (!asked) return;
        const address = fileAddress(model.id, { ...asked, format });
        const save = (): void => void load(address).then(([file, name]) => saveBlob(file, name), (error: Error) => failed(error, save));
        save();
      },
    ]),
  );

/** Relative to the page, which may stand below a path of another server. */
export function fileAddress(model: string, asked: Asked): string {
  const words = Object.entries(asked).map(([name, value]) => [name, String(value)]);
  return `export/${encodeURIComponent(model)}?${new URLSearchParams(words)}`;
}

async function load(address: string): Promise<[Blob, string]> {
  const response = await fetch(address).catch(() => null);
  if (!response) throw new Error("The service does not answer. Try again when it is back.");
  if (!response.ok) throw new Error(await reason(response));
  return [await response.blob(), nameIn(response.headers.get("content-disposition") ?? "")];
}

/** The service's sentence, or the status where something in between answers. */
async function reason(response: Response): Promise<string> {
  const answer = (await response.json().catch(() => null)) as { errors?: { message: string }[] } | null;
  return answer?.errors?.[0]?.message ?? `The service answered with status ${response.status}.`;
}

/** The name in `attachment; filename*=UTF-8''a%20b.csv`. */
export const nameIn = (header: string): string => decodeURIComponent(/filename\*=UTF-8''(\S+)/.exec(header)?.[1] ?? "export");
