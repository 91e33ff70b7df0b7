// A typed client for the service: one function per question, answers kept.
import type { Cut } from "./cut";
import { arrivalsDocument, channelsDocument, DOCUMENTS, picturesDocument } from "./documents";
import { printJson } from "./json";
import type { Score } from "./state";
import { repeatedNames, tellApart } from "./sameNames";
import { ApiError, createService, type ServiceOptions } from "./service";
import type * as t from "./types";

export { ApiError };

export interface ClassesQuestion {
  readonly model: string;
  readonly search?: string | null;
  readonly group?: string | null;
  readonly orderBy: "INDEX" | "NAME" | "ACCURACY_ASCENDING" | "ACCURACY_DESCENDING" | "SIMILARITY";
  readonly similarTo?: number | null;
  readonly layer?: string | null;
  readonly first: number;
  readonly after?: string | null;
}

export interface MotifsQuestion {
  readonly model: string;
  readonly group?: string | null;
  readonly classes?: readonly number[] | null;
  readonly against?: { readonly group?: string; readonly classes?: readonly number[] } | null;
  readonly shape: string;
  readonly minSupport: number;
  readonly length: number; // of a chain, in channels
  readonly channel?: string; // id: only motifs that hold it
  readonly seconds: number; // the search may take
  readonly cursor?: string; // of a search that ended early: go on from there
  readonly first: number;
  readonly after?: string | null;
}

export interface ExtractQuestion extends Cut {
  readonly model: string;
  readonly classes: readonly number[];
  readonly step?: number | undefined;
  readonly damping?: number | undefined;
  readonly score?: t.ModelScore["score"];
}

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
  const { send, read, hurry, carry } = createService(endpoint, fetcher, options);

  // An answer is asked for once, until the page itself changes a graph. Failures are never kept.
  // One that is no longer wanted is cancelled by its signal, and not kept.
  function ask<T>(document: string, variables: object = {}, signal?: AbortSignal): Promise<T> {
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
    const asked = everyPage<t.ClassName>(DOCUMENTS.names, { model });
    names.set(model, asked);
    asked.catch(() => names.delete(model));
    return asked;
  }

  async function everyPage<Item>(document: string, variables: object): Promise<Item[]> {
    const nodes: Item[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { classes }: { classes: t.Page<Item> } = await read(document, { ...variables, first: MOST, after });
      nodes.push(...classes.nodes);
      [after, more] = [classes.pageInfo.endCursor, classes.pageInfo.hasNextPage];
    }
    return nodes;
  }

  function forget(document: string, variables: object): void {
    answers.delete(document + printJson(variables));
  }

  return {
    /** Asks again at once whether the service is back. */
    hurry,
    models: async () => (await ask<{ models: t.Model[] }>(DOCUMENTS.models)).models,
    classes: async (question: ClassesQuestion) =>
      (await ask<{ classes: t.Page<t.ListedClass> }>(DOCUMENTS.classes, question)).classes,
    /** Every class of the model by its name alone, those of the same name told apart. */
    classNames: async (model: string) => {
      const found = await namesIn(model);
      return tellApart(found, repeatedNames(found));
    },
    /** Every class of the model, or of one of its groups, by index. */
    allClasses: async (model: string, group: string | null = null) => {
      const nodes: t.ListedClass[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const question: ClassesQuestion = { model, group, orderBy: "INDEX", first: MOST, after };
        const { classes } = await ask<{ classes: t.Page<t.ListedClass> }>(DOCUMENTS.classes, question);
        nodes.push(...classes.nodes);
        [after, more] = [classes.pageInfo.endCursor, classes.pageInfo.hasNextPage];
      }
      return nodes;
    },
    /** Images that all classes were counted over; null where that is unknown. */
    imagesCounted: async (model: string): Promise<number | null> => {
      let sum = 0;
      for (let after: string | null = null, more = true; more; ) {
        const question: object = { model, first: MOST, after };
        const { classes } = await ask<{ classes: t.Page<Pick<t.ImageClass, "images">> }>(DOCUMENTS.images, question);
        for (const { images } of classes.nodes) {
          if (images === null) return null;
          sum += images;
        }
        [after, more] = [classes.pageInfo.endCursor, classes.pageInfo.hasNextPage];
      }
      return sum;
    },
    groups: async (model: string) => (await ask<{ groups: t.ClassGroup[] }>(DOCUMENTS.groups, { model })).groups,
    /** The groups with their classes. */
    members: async (model: string) => (await ask<{ groups: t.GroupMembers[] }>(DOCUMENTS.members, { model })).groups,
    /** One class as it stands in a list. */
    listed: async (model: string, index: number) => {
      const { imageClass } = await ask<{ imageClass: t.ListedClass | null }>(DOCUMENTS.listed, { model, index });
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** The maps of all layers that have one, lowest first. Asked again as long as there is none, or an old one. */
    embeddings: async (model: string) => {
      const { model: found } = await ask<{ model: { embeddings: t.Embedding[] } | null }>(DOCUMENTS.embeddings, { model });
      const embeddings = found?.embeddings ?? [];
      if (!embeddings.length || embeddings.some(({ stale }) => stale)) forget(DOCUMENTS.embeddings, { model });
      return embeddings;
    },
    mapClass: async (model: string, index: number) => {
      const { imageClass } = await ask<{ imageClass: t.MapClass | null }>(DOCUMENTS.mapClass, { model, index });
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** How many of a class's nearest are of which group, at each layer, lowest first. */
    company: async (model: string, index: number, groups: readonly string[], neighbours: number) => {
      const answer = await ask<{ imageClass: { companyByLayer: t.Company[] } | null }>(DOCUMENTS.company, { model, index, groups, neighbours });
      return present(answer.imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND").companyByLayer;
    },
    /** Keeps classes as a group of that name. Lists of groups are asked again. */
    keepGroup: async (model: string, name: string, classes: readonly number[]) => {
      const { keepGroup } = await send<{ keepGroup: t.ClassGroup }>(DOCUMENTS.keepGroup, { model, name, classes });
      answers.clear();
      return keepGroup;
    },
    graph: async (model: string, index: number) => {
      const { imageClass } = await ask<{ imageClass: t.ClassWithGraph | null }>(DOCUMENTS.graph, { model, index });
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** The graph, another cut of it where one is asked for, and the most similar classes, in one request. */
    view: async ({ model, index, cut, layer, score }: ViewQuestion, signal?: AbortSignal) => {
      const { threshold = null, unified = false, deadEnds = true } = cut ?? {};
      const asked = { threshold, unified, deadEnds, layer, similar: SIMILAR, score: spoken(score) };
      const variables = { model, index, isCut: cut !== null, ...asked };
      const { imageClass } = await ask<{ imageClass: t.ClassView | null }>(DOCUMENTS.view, variables, signal);
      return present(imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND");
    },
    /** Another graph of the class, from the PageRank that is kept. */
    cut: async (model: string, index: number, { threshold, unified, deadEnds }: Cut) => {
      const variables = { model, index, threshold, unified, deadEnds };
      const answer = await ask<{ imageClass: { attributionGraph: t.AttributionGraph } | null }>(DOCUMENTS.cut, variables);
      return present(answer.imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND").attributionGraph;
    },
    /** The service's token, for requests that change something. */
    carry,
    /** Replaces stored graphs, so all answers so far are forgotten. */
    extract: async (question: ExtractQuestion) => {
      const { extract } = await send<{ extract: t.Extraction }>(DOCUMENTS.extract, question);
      answers.clear();
      return extract;
    },
    similar: async (model: string, index: number, layer: string | null, first: number) => {
      const variables = { model, index, layer, first };
      const answer = await ask<{ imageClass: { similar: t.SimilarClass[] } | null }>(DOCUMENTS.similar, variables);
      return present(answer.imageClass, `Model ${model} has no class ${index}.`, "NOT_FOUND").similar;
    },
    channel: async (id: string, first: number) => {
      const { channel } = await ask<{ channel: t.ChannelDetail | null }>(DOCUMENTS.channel, { id, first });
      return present(channel, `There is no channel ${id}; an id looks like <model>/<layer>/<index>.`, "NOT_FOUND");
    },
    /** Why a channel is in a class's graph, stored or cut otherwise, and what usually comes with it. */
    why: async (model: string, index: number, channel: string, cut: Cut | null): Promise<t.ChannelWhy> => {
      const { threshold = null, unified = false, deadEnds = true } = cut ?? {};
      const variables = { model, index, channel, companions: COMPANIONS, threshold, unified, deadEnds };
      type Answer = { imageClass: { attributionGraph: { place: t.ChannelPlace | null } } | null; channel: { companions: t.Companion[] } | null };
      const found = await ask<Answer>(DOCUMENTS.why, variables);
      return { place: found.imageClass?.attributionGraph.place ?? null, companions: found.channel?.companions ?? [] };
    },
    /** Asked every time: groups may have changed. */
    suggestedNames: async (model: string) => (await read<{ model: { suggestedNames: t.SuggestedName[] } | null }>(DOCUMENTS.suggestedNames, { model })).model?.suggestedNames ?? [],
    channels: async (ids: readonly string[]) => {
      const answers = await Promise.all(inParts(ids).map((part) => ask<Record<string, t.Channel>>(...channelsDocument(part))));
      return answers.flatMap((answer) => Object.values(answer));
    },
    /** Pictures of channels, with so many patches of each, those of a class first; `signal` cancels the question. */
    pictures: async (ids: readonly string[], imageClass: number | null, first: number, signal: AbortSignal) => {
      const ask = (part: readonly string[]) => read<Record<string, t.ChannelPictures>>(...picturesDocument(part, imageClass, first), signal);
      return (await Promise.all(inParts(ids).map(ask))).flatMap((answer) => Object.values(answer));
    },
    /** Which pictures there are by now: asked every time. */
    arrivals: async (ids: readonly string[]) =>
      (await Promise.all(inParts(ids).map((part) => read<Record<string, t.Arrival>>(...arrivalsDocument(part))))).flatMap((answer) => Object.values(answer)),
    compare: async (model: string, classes: readonly number[], score: Score) =>
      (await ask<{ compare: t.ComparedGraph }>(DOCUMENTS.compare, { model, classes, score: spoken(score) })).compare,
    motifs: async (question: MotifsQuestion) =>
      (await ask<{ motifs: t.MotifPage }>(DOCUMENTS.motifs, question)).motifs,
    storedQueries: async () => (await ask<{ storedQueries: t.StoredQuery[] }>(DOCUMENTS.storedQueries)).storedQueries,
    // Run again whenever asked: the database may have changed since.
    storedQuery: async (name: string, parameters: Parameters) =>
      (await read<{ storedQuery: t.Table }>(DOCUMENTS.storedQuery, { name, parameters })).storedQuery,
    cypher: async (statement: string, parameters: Parameters) =>
      (await read<{ cypher: t.Table }>(DOCUMENTS.cypher, { statement, parameters })).cypher,
  };
}

/** As the API spells it. */
export const spoken = (score: Score): t.ModelScore["score"] => (score === "activation" ? "ACTIVATION" : "ATTRIBUTION");

const NONE: ReadonlySet<string> = new Set();

const inParts = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_, k) => items.slice(k * TOGETHER, (k + 1) * TOGETHER));

function present<T>(value: T | null, message: string, code: string): T {
  if (value === null) throw new ApiError(message, code);
  return value;
}
