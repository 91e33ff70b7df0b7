// A typed client for the service: one function per question, answers kept, failures as one error type.
import { createConnection } from "./connection";
import type { Cut } from "./cut";
import { arrivalsDocument, channelsDocument, DOCUMENTS, picturesDocument } from "./documents";
import { parseJson, printJson } from "./json";
import { repeatedNames, tellApart } from "./sameNames";
import type * as t from "./types";

/** What went wrong, in the service's words where it has some. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

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
}

export type Api = ReturnType<typeof createApi>;
type Parameters = Readonly<Record<string, unknown>>;

const TOGETHER = 40; // channels in one request; the service refuses more than 50 aliases
export const MOST = 1000; // items of a list in one request
export const SIMILAR = 6; // classes that are most like another
const KEPT = 200; // answers; the largest (a graph) is some 40 KB

export interface ApiOptions {
  readonly token?: string | null; // that the tab has
  keep?(token: string): void;
  away?(isAway: boolean): void; // the service stopped answering, or answers again
}

export function createApi(endpoint = "graphql", fetcher: typeof fetch = (...args) => fetch(...args), options: ApiOptions = {}) {
  const answers = new Map<string, Promise<unknown>>();
  const repeated = new Map<string, Promise<ReadonlySet<string>>>(); // names of several classes, by model
  let token = options.token ?? null;
  const connection = createConnection(() => send(DOCUMENTS.ping, {}).then(() => true, (error: ApiError) => !isAway(error)), options.away ?? (() => undefined));

  async function send<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    const body = printJson({ query: document, variables });
    const headers = { "content-type": "application/json", accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
    const response = await fetcher(endpoint, { method: "POST", headers, body, signal: signal ?? null }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new ApiError("The service does not answer.", "NO_ANSWER");
    });
    return unwrap<T>(await readJson(response));
  }

  /** Asks until there is an answer: a service that is away is waited for. */
  async function read<T>(document: string, variables: object, signal?: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await send<T>(document, variables, signal);
      } catch (error) {
        if (!options.away || !isAway(error) || signal?.aborted) throw error;
        await connection.back();
      }
    }
  }

  // An answer is asked for once, until the page itself changes a graph. Failures are never kept.
  // One that is no longer wanted is cancelled by its signal, and not kept.
  function ask<T>(document: string, variables: object = {}, signal?: AbortSignal): Promise<T> {
    const key = document + printJson(variables);
    const known = answers.get(key) as Promise<T> | undefined;
    if (known) return known;
    const answer = named<T>(document, variables, signal);
    answers.set(key, answer);
    const drop = () => answers.get(key) === answer && answers.delete(key);
    answer.catch(drop);
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

  function repeatedIn(model: string): Promise<ReadonlySet<string>> {
    const known = repeated.get(model);
    if (known) return known;
    const asked = everyPage<t.ClassName>(DOCUMENTS.names, { model }).then(repeatedNames, () => NONE);
    repeated.set(model, asked);
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
    hurry: connection.hurry,
    models: async () => (await ask<{ models: t.Model[] }>(DOCUMENTS.models)).models,
    classes: async (question: ClassesQuestion) =>
      (await ask<{ classes: t.Page<t.ListedClass> }>(DOCUMENTS.classes, question)).classes,
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
    view: async (model: string, index: number, cut: Cut | null, layer: string | null, signal?: AbortSignal) => {
      const { threshold = null, unified = false, deadEnds = true } = cut ?? {};
      const variables = { model, index, isCut: cut !== null, threshold, unified, deadEnds, layer, similar: SIMILAR };
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
    carry(other: string): void {
      token = other;
      options.keep?.(other);
    },
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
    compare: async (model: string, classes: readonly number[]) =>
      (await ask<{ compare: t.ComparedGraph }>(DOCUMENTS.compare, { model, classes })).compare,
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

const NONE: ReadonlySet<string> = new Set();

const inParts = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_, k) => items.slice(k * TOGETHER, (k + 1) * TOGETHER));

function present<T>(value: T | null, message: string, code: string): T {
  if (value === null) throw new ApiError(message, code);
  return value;
}

/** The service, its database or a server in front of it cannot be reached; that may pass. */
const isAway = (error: unknown): boolean => error instanceof ApiError && AWAY.has(error.code);
const AWAY: ReadonlySet<string> = new Set(["NO_ANSWER", "STORE_UNREACHABLE"]);

async function readJson(response: Response): Promise<unknown> {
  try {
    return parseJson(await response.text());
  } catch {
    if (response.status >= 502 && response.status <= 504) throw new ApiError("The service does not answer.", "NO_ANSWER");
    throw new ApiError(`The service answered ${response.status} ${response.statusText} without JSON.`, "BAD_ANSWER");
  }
}

interface Answer<T> {
  readonly data?: T | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

function unwrap<T>(body: unknown): T {
  const { data, errors } = body as Answer<T>;
  const first = errors?.[0];
  if (first) throw new ApiError(first.message, first.extensions?.code ?? "GRAPHQL_ERROR");
  if (!data) throw new ApiError("The service answered without data and without an error.", "BAD_ANSWER");
  return data;
}
