// What a published copy of a model can answer: the page's own questions, recorded from the functions that ask them.
// The build writes them into questions.json, from which `summit export-site` asks them of the database.
import { createApi, MOST, NEIGHBOURS, PATCHES, TOGETHER } from "../api";
import { findMovers } from "../rooms/mapMovers";
import type { Model } from "../types";

export interface Question {
  readonly name: string; // of the operation
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>; // "$model" and the like are filled in by the export
}

const MODEL = "$model";
const blank = <T>(name: string): T => `$${name}` as unknown as T; // in place of any type

/** Asks all of it once, of nobody. */
export async function questions(): Promise<Question[]> {
  const asked = new Map<string, Question>();
  const note = (document: string, variables: object): Promise<never> => {
    const name = operationOf(document);
    if (!asked.has(name)) asked.set(name, { name, document, variables: { ...variables } });
    return Promise.reject(new Error("recorded"));
  };
  const api = createApi("", fetch, { source: note });
  const index = blank<number>("index");
  const id = blank<string>("id");
  const wanted: Promise<unknown>[] = [
    api.models(),
    api.allClasses(MODEL),
    api.classNames(MODEL),
    api.imagesCounted(MODEL),
    api.groups(MODEL),
    api.members(MODEL),
    api.embeddings(MODEL),
    api.suggestedNames(MODEL),
    api.notes(MODEL),
    api.viewPictures(MODEL),
    findMovers(api, { id: MODEL, classCount: 0 } as Model),
    api.view({ model: MODEL, index, cut: null, layer: null, score: "activation" }),
    api.mapClass(MODEL, index),
    api.company(MODEL, index, blank<string[]>("groups"), NEIGHBOURS),
    api.channel(id, MOST),
    api.pictures(Array<string>(TOGETHER).fill(id), index, PATCHES, new AbortController().signal),
  ];
  await Promise.allSettled(wanted);
  return [...asked.values()].map((question) => (question.name === "View" ? { ...question, variables: { ...question.variables, score: "$score" } } : question));
}

/** "View" of "query View($model: ID!) {…}" */
export const operationOf = (document: string): string => /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? "";

/** Whether a question is one of those that were asked: every value is the recorded one, or one that was filled in. */
export function fits(recorded: unknown, asked: unknown): boolean {
  if (typeof recorded === "string" && recorded.startsWith("$")) return true;
  if (typeof recorded !== "object" || recorded === null) return (recorded ?? null) === (asked ?? null);
  return typeof asked === "object" && asked !== null && Object.entries(recorded).every(([key, value]) => fits(value, (asked as Record<string, unknown>)[key]));
}
