// A typed client for the service: one function per question, answers kept.
import type { Answers, Variables } from "./answers";
import type { Cut } from "./cut";
import { arrivalsDocument, channelsDocument, DOCUMENTS, picturesDocument } from "./documents";
import { printJson } from "./json";
import type { Beyond } from "./separating";
import type { Score } from "./state";
import { repeatedNames, tellApart } from "./sameNames";
import { ApiError, createService, hasCode, type ServiceOptions } from "./service";
import type * as t from "./types";

export { ApiError, hasCode };

/** A variable that may be left out may be given as undefined, too: it is not sent then. */
type Given<Name extends keyof Variables> = { readonly [K in keyof Variables[Name]]: Variables[Name][K] | (object extends Pick<Variables[Name], K> ? undefined : never) };

export type ClassesQuestion = Given<"classes">;
export type MotifsQuestion = Given<"motifs">;
export type ExtractQuestion = Given<"extract">;

export interface ViewQuestion {
  readonly model: string;
  readonly index: number;
  readonly cut: Cut | null; // null: the stored graph alone
  readonly layer: string | null; // of similarity
  readonly score: Score;
}

export type Api = ReturnType<typeof createApi>;
type Parameters = Readonly<Record<string, unknown>>;

export const TOGETHER = 40; // channels in one request; the service refuses more than 50 aliases
export const MOST = 1000; // items of a list in one request
export const SIMILAR = 6; // classes that are most like another
export const NEIGHBOURS = 10; // of a class on the map, whose groups are counted
export const PATCHES = 10; // of a channel that is pointed at
const COMPANIONS = 6; // of a channel
const KEPT = 200; // answers; the largest (a graph) is some 40 KB

export function createApi(endpoint = "graphql", fetcher: typeof fetch = (...args) => fetch(...args), options: ServiceOptions = {}) {
  const answers = new Map<string, Promise<unknown>>();
  const names = new Map<string, Promise<readonly t.ClassName[]>>(); // of classes, by model
  const { send, read, hurry, carry, mayChange } = createService(endpoint, fetcher, options);

  /** One of the documents, asked once, until the page itself changes a graph. One that is no longer wanted is cancelled by its signal. */
  const ask = <Name extends keyof typeof DOCUMENTS>(name: Name, variables: Given<Name>, signal?: AbortSignal) =>
    keep<Answers[Name]>(DOCUMENTS[name], variables, signal);

  /** The same, asked every time. */
  const askAgain = <Name extends keyof typeof DOCUMENTS>(name: Name, variables: Given<Name>) => read<Answers[Name]>(DOCUMENTS[name], variables);

  const change = <Name extends keyof typeof DOCUMENTS>(name: Name, variables: Given<Name>) => send<Answers[Name]>(DOCUMENTS[name], variables);

  // Failures and answers that are no longer wanted are never kept.
  function keep<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    const key = document + printJson(variables);
    const known = answers.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = named<T>(document, variables, signal);
    answers.set(key, answer);
    const drop = () => answers.get(key) === answer && answers.delete(key);
    answer.then(() => signal?.removeEventListener("abort", drop), drop);
    signal?.addEventListener("abort", drop);
    const oldest = answers.keys().next().value;
    if (answers.size > KEPT && oldest !== undefined) answers.delete(oldest);
    return answer;
  }

  /** With classes of the same name told apart, for which all names of the model must be here. */
  async function named<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    const { model, id } = variables as { model?: string; id?: string };
    const of = model ?? id?.split("/")[0];
    const [answer, repeated] = await Promise.all([read<T>(document, variables, signal), of === undefined ? NONE : repeatedIn(of)]);
    return tellApart(answer, repeated);
  }

  const repeatedIn = (model: string): Promise<ReadonlySet<string>> => namesIn(model).then(repeatedNames, () => NONE);

  /** Every class's index and name, asked for once. */
  function namesIn(model: string): Promise<readonly t.ClassName[]> {
    const known = names.get(model);
    if (known) return known;
    const asked = everyPage((after) => askAgain("names", { model, first: MOST, after }));
    names.set(model, asked);
    asked.catch(() => names.delete(model));
    return asked;
  }

  function forget<Name extends keyof typeof DOCUMENTS>(name: Name, variables: Given<Name>): void {
    answers.delete(DOCUMENTS[name] + printJson(variables));
  }

  return {
    /** Asks again at once whether the service is back. */
    hurry,
    models: async () => (await ask("models", {})).models,
    classes: async (question: ClassesQuestion) =>
      (await ask("classes", question)).classes,
    /** Every class of the model by its name alone, those of the same name told apart. */
    classNames: async (model: string) => {
      const found = await namesIn(model);
      return tellApart(found, repeatedNames(found));
    },
    /** Every class of the model, or of one of its groups, by index. */
    allClasses: (model: string, group: string | null = null): Promise<t.ListedClass[]> =>
      everyPage((after) => ask("classes", { model, group, orderBy: "INDEX", first: MOST, after })),
    /** Images that all classes were counted over; null where that is unknown. */
    imagesCounted: async (model: string): Promise<number | null> => {
      const counted = (await everyPage((after) => ask("images", { model, first: MOST, after }))).map(({ images }) => images);
      return counted.reduce<number | null>((sum, images) => (sum === null || images === null ? null : sum + images), 0);
    },
    groups: async (model: string) => (await ask("groups", { model })).groups,
    /** The groups with their classes. */
    members: async (model: string) => (await ask("members", { model })).groups,
    /** One class as it stands in a list. */
    listed: async (model: string, index: number, about: Pick<ClassesQuestion, "score" | "byDrop"> = {}) => {
      const { imageClass } = await ask("listed", { model, index, ...about });
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** The maps of all layers that have one, lowest first. Asked again as long as there is none, or an old one. */
    embeddings: async (model: string) => {
      const { model: found } = await ask("embeddings", { model });
      const embeddings = found?.embeddings ?? [];
      if (!embeddings.length || embeddings.some(({ stale }) => stale)) forget("embeddings", { model });
      return embeddings;
    },
    mapClass: async (model: string, index: number) => {
      const { imageClass } = await ask("mapClass", { model, index });
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** How many of a class's nearest are of which group, at each layer, lowest first. */
    company: async (model: string, index: number, groups: readonly string[], neighbours: number) => {
      const answer = await ask("company", { model, index, groups, neighbours });
      return present(answer.imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND").companyByLayer;
    },
    /** Keeps classes as a group of that name. Lists of groups are asked again. */
    keepGroup: async (model: string, name: string, classes: readonly number[]) => {
      const { keepGroup } = await change("keepGroup", { model, name, classes });
      answers.clear();
      return keepGroup;
    },
    /** The graph, another cut of it where one is asked for, and the most similar classes, in one request. */
    view: async ({ model, index, cut, layer, score }: ViewQuestion, signal?: AbortSignal) => {
      const { threshold = null, unified = false, deadEnds = true } = cut ?? {};
      const asked = { threshold, unified, deadEnds, layer, similar: SIMILAR, score: spoken(score) };
      const variables = { model, index, isCut: cut !== null, ...asked };
      const { imageClass } = await ask("view", variables, signal);
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** The service's token, for requests that change something. */
    carry,
    mayChange,
    /** Replaces stored graphs, so all answers so far are forgotten. */
    extract: async (question: ExtractQuestion) => {
      const { extract } = await change("extract", question);
      answers.clear();
      return extract;
    },
    similar: async (model: string, index: number, layer: string | null, first: number) => {
      const variables = { model, index, layer, first };
      const answer = await ask("similar", variables);
      return present(answer.imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND").similar;
    },
    channel: async (id: string, first: number) => {
      const { channel } = await ask("channel", { id, first });
      return present(channel, `There is no channel ${id}; an id looks like <model>/<layer>/<index>.`, "NOT_FOUND");
    },
    /** Why a channel is in a class's graph, stored or cut otherwise, and what usually comes with it. */
    why: async (model: string, index: number, channel: string, cut: Cut | null): Promise<t.ChannelWhy> => {
      const { threshold = null, unified = false, deadEnds = true } = cut ?? {};
      const variables = { model, index, channel, companions: COMPANIONS, threshold, unified, deadEnds };
      const found = await ask("why", variables);
      return { place: found.imageClass?.attributionGraph.place ?? null, companions: found.channel?.companions ?? [] };
    },
    /** Asked every time: groups may have changed. */
    suggestedNames: async (model: string) => (await askAgain("suggestedNames", { model })).model?.suggestedNames ?? [],
    /** What people wrote down; asked every time. */
    notes: async (model: string) => (await askAgain("notes", { model })).model?.annotations ?? [],
    /** A service that is away is not waited for. */
    viewPictures: async (model: string) => (await change("viewPictures", { model })).model?.annotations ?? [],
    keepNote: async (question: Given<"keepNote">) => (await change("keepNote", question)).keepAnnotation,
    removeNote: async (question: Given<"removeNote">) => (await change("removeNote", question)).removeAnnotation,
    channels: async (ids: readonly string[]) => {
      const answers = await Promise.all(inParts(ids).map((part) => keep<Record<string, t.Channel | null>>(...channelsDocument(part))));
      return answers.flatMap(there);
    },
    /** Pictures of channels, with so many patches of each, those of a class first; `signal` cancels the question. */
    pictures: async (ids: readonly string[], imageClass: number | null, first: number, signal: AbortSignal) => {
      const ask = (part: readonly string[]) => read<Record<string, t.ChannelPictures | null>>(...picturesDocument(part, imageClass, first), signal);
      return (await Promise.all(inParts(ids).map(ask))).flatMap(there);
    },
    /** Which pictures there are by now: asked every time. */
    arrivals: async (ids: readonly string[]) =>
      (await Promise.all(inParts(ids).map((part) => read<Record<string, t.Arrival | null>>(...arrivalsDocument(part))))).flatMap(there),
    compare: async (model: string, classes: readonly number[], score: Score) =>
      (await ask("compare", { model, classes, score: spoken(score) })).compare,
    /** A class with the graph of some of its pictures, or of all, and all subsets of them that have one. */
    subset: async (model: string, index: number, subset: string | null, score: Score) => {
      const { imageClass } = await ask("subset", { model, index, subset, score: spoken(score) });
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** Counts of what is compared in each class, in their order, also where a class's graph lacks it. */
    beyond: async (model: string, classes: readonly number[], score: Score): Promise<Beyond> => {
      const { channels, edges } = (await ask("beyond", { model, classes, score: spoken(score) })).compare;
      return {
        channels: new Map(channels.map(({ channel, everyCount }) => [channel.id, everyCount])),
        edges: new Map(edges.map(({ source, target, everyWeight }) => [`${source}>${target}`, everyWeight])),
      };
    },
    /** What a class loses when one channel alone is switched off; none where that was not measured. */
    effects: async (model: string, index: number) => (await ask("effects", { model, index, first: MOST })).imageClass?.effects ?? [],
    motifs: async (question: MotifsQuestion) =>
      (await ask("motifs", question)).motifs,
    /** They are looked for again. */
    forgetMotifs: (question: MotifsQuestion) => forget("motifs", question),
    storedQueries: async () => (await ask("storedQueries", {})).storedQueries,
    // Run again whenever asked: the database may have changed since.
    storedQuery: async (name: string, parameters: Parameters) =>
      (await askAgain("storedQuery", { name, parameters })).storedQuery,
    cypher: async (statement: string, parameters: Parameters) =>
      (await askAgain("cypher", { statement, parameters })).cypher,
  };
}

/** All items of a list that comes in pages. */
async function everyPage<Item>(ask: (after: string | null) => Promise<{ readonly classes: Part<Item> }>): Promise<Item[]> {
  const nodes: Item[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { classes }: { readonly classes: Part<Item> } = await ask(after);
    nodes.push(...classes.nodes);
    [after, more] = [classes.pageInfo.endCursor, classes.pageInfo.hasNextPage];
  }
  return nodes;
}

type Part<Item> = Pick<t.Page<Item>, "nodes" | "pageInfo">;

/** The channels of an answer that are there: one may have gone since its id was read. */
const there = <T>(answer: Readonly<Record<string, T | null>>): T[] => Object.values(answer).filter((item) => item !== null);

/** As the API spells it. */
export const spoken = (score: Score): t.ModelScore["score"] => (score === "activation" ? "ACTIVATION" : "ATTRIBUTION");

const NONE: ReadonlySet<string> = new Set();

const inParts = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_, k) => items.slice(k * TOGETHER, (k + 1) * TOGETHER));

function present<T>(value: T | null, message: string, code: string): T {
  if (value === null) throw new ApiError(message, code);
  return value;
}
