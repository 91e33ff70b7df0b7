// A published copy's answers to the page's questions: each from files that hold what a service answered, or a refusal
// in words. What a file cannot hold for every choice (an order, a comparison) is worked out from files that are there.
import { type ClassesQuestion, SIMILAR } from "../api";
import { number } from "../format";
import { ApiError, type Source } from "../service";
import { START } from "../state";
import type * as t from "../types";
import { compared } from "./compared";
import { needsService, type SiteFacts } from "./facts";
import { createFiles } from "./files";
import { groupNamed, ordered, pageOf, searched, withSimilarity } from "./list";
import { fits, operationOf, type Question, questions } from "./questions";
import { type Alike, alike, type Counts } from "./similarity";
import { companionsOf, placeIn, type Spot } from "./why";
import { must } from "../must";

type Variables = Readonly<Record<string, unknown>>;
type Body = { readonly data?: unknown; readonly errors?: unknown };
type OfClass = { readonly index: number; readonly layer: string | null; readonly first: number };

const CHANNEL = /^(.*)\/(\d+)$/; // layer and index, of an id without its model

/** facts  address of site.json, beside which the answers are in a folder */
export function createSource(facts: string, fetcher: typeof fetch = (...args) => fetch(...args)): Source {
  const files = createFiles(fetcher);
  const asked = questions().then((all) => new Map(all.map((question) => [question.name, question])));

  async function file<T>(name: string, absent = lost(name)): Promise<T> {
    const found = await files(name);
    if (found === null) throw absent;
    return found as T;
  }

  const answer = <T>(name: string, absent?: ApiError): Promise<T> => file<T>(`answers/${name}.json`, absent);

  /** The data of an answer that is kept as it was given. */
  const whole = async <T>(name: string): Promise<T> => (await answer<{ data: T }>(name)).data;

  const site = (): Promise<SiteFacts> => file<SiteFacts>(facts);
  const classes = async (): Promise<readonly t.ListedClass[]> => (await whole<{ classes: t.Page<t.ListedClass> }>("Classes")).classes.nodes;
  const groups = async (): Promise<readonly t.GroupMembers[]> => (await whole<{ groups: t.GroupMembers[] }>("Members")).groups;
  const model = async (): Promise<t.Model> => must((await whole<{ models: t.Model[] }>("Models")).models[0]);

  async function noClass(index: unknown): Promise<ApiError> {
    const { classes: held, classCount } = await site();
    const part = held.length < classCount ? ` It has ${number(held.length)} of the model's ${number(classCount)} classes.` : "";
    return new ApiError(`This published copy has no class ${String(index)}.${part}`, "NOT_FOUND");
  }

  /** The file of a class; `further` is the rest of its name. */
  async function ofClass<T>(name: string, index: unknown, further = ""): Promise<T> {
    if (!(await site()).classes.some((held) => held === index)) throw await noClass(index);
    return answer<T>(`${name}/${String(index)}${further}`);
  }

  async function placeOf(layer: string): Promise<number> {
    const place = (await model()).layers.findIndex(({ name }) => name === layer);
    if (place < 0) throw new ApiError(`There is no layer ${layer}.`, "NOT_FOUND");
    return place;
  }

  async function counts(): Promise<ReadonlyMap<number, Counts>> {
    const held = await answer<Record<string, Counts>>("counts");
    return new Map(Object.entries(held).map(([key, layers]) => [Number(key), layers]));
  }

  async function alikeTo(index: number, layer: string | null): Promise<Alike[]> {
    return alike(await counts(), index, layer === null ? null : await placeOf(layer));
  }

  async function similar({ index, layer, first }: OfClass): Promise<t.SimilarClass[]> {
    const [names, found] = await Promise.all([classes(), alikeTo(index, layer)]);
    const named = new Map(names.map((item) => [item.index, { index: item.index, name: item.name }]));
    return found.slice(0, first).map((item) => ({ similarity: item.similarity, imageClass: must(named.get(item.index)) }));
  }

  async function list(question: ClassesQuestion): Promise<t.Page<t.ListedClass>> {
    const { search = null, group = null, orderBy, similarTo = null, layer = null, first, after = null } = question;
    let found: readonly t.ListedClass[] = searched(await classes(), search);
    if (group !== null) {
      const members = new Set(groupNamed(await groups(), group).classes);
      found = found.filter(({ index }) => members.has(index));
    }
    if (similarTo !== null) {
      if (!(await classes()).some(({ index }) => index === similarTo)) throw await noClass(similarTo);
      found = withSimilarity(found, similarTo, await alikeTo(similarTo, layer));
    }
    return pageOf(ordered(found, orderBy), first, after);
  }

  /** A class with its graph. Its PageRank is not here, so no other graph can be cut. */
  async function view(index: unknown, score: unknown): Promise<Body & { data?: { imageClass: t.ClassView } }> {
    const { scores } = await model();
    if (score !== START.score.toUpperCase() && !scores.some((held) => held.score === score && held.graphs > 0)) throw new ApiError(`This published copy has no graphs by ${String(score).toLowerCase()}.`, "NOT_FOUND");
    const body = await ofClass<{ data?: { imageClass: t.ClassView } }>("View", index, `-${String(score)}`);
    return body.data ? { data: { imageClass: { ...body.data.imageClass, live: false } } } : body;
  }

  async function channel(id: string): Promise<t.ChannelDetail> {
    const { id: owner } = await model();
    const [, layer = "", index = ""] = CHANNEL.exec(id.startsWith(`${owner}/`) ? id.slice(owner.length + 1) : id) ?? [];
    const name = `Channel/${await placeOf(layer)}-${index}`;
    const absent = new ApiError(`This published copy has no channel ${layer}/${index}: it has those of its classes' graphs.`, "NOT_FOUND");
    const { data } = await answer<{ data: { channel: t.ChannelDetail } }>(name, absent);
    const { pictures } = data.channel;
    return { ...data.channel, pictures: pictures && asTheyAre(pictures) };
  }

  async function why(index: unknown, id: string, first: number): Promise<unknown> {
    const [{ classes: held, classCount }, { data }, detail, { layers }] = await Promise.all([site(), view(index, "ACTIVATION"), channel(id), model()]);
    if (held.length < classCount) throw new ApiError(`The answer needs all of the model's ${number(classCount)} classes; this published copy has ${number(held.length)}.`, "NEEDS_SERVICE");
    if (!data || detail.classes.length < detail.classCount) throw refused("Why");
    const spot = { layer: await placeOf(detail.layer), index: detail.index };
    const near = companionsOf(await counts(), spot).slice(0, first);
    const idOf = (other: Spot) => `${must(layers[other.layer]).id}/${other.index}`;
    const companions = near.map(async ({ together, classCount, jaccard, ...other }) => ({ together, classCount, jaccard, channel: await channel(idOf(other)) }));
    return { imageClass: { attributionGraph: { place: placeIn(data.imageClass, detail) } }, channel: { companions: await Promise.all(companions) } };
  }

  async function company(index: unknown, wanted: readonly string[]): Promise<t.Company[]> {
    const [counts, known] = await Promise.all([ofClass<Record<string, Record<string, number>>>("Company", index), groups()]);
    const found = wanted.map((name) => groupNamed(known, name));
    return Object.entries(counts).map(([layer, near]) => ({ layer, company: found.map((group) => ({ group, count: near[group.id] ?? 0 })) }));
  }

  /** Of channels in the graph of the class, or in any where none is named, by the alias of each. */
  async function pictures({ class: index, first, ...ids }: Variables): Promise<Record<string, t.ChannelPictures>> {
    if ((index ?? null) === null) return picturesOfAny(ids);
    const known = await ofClass<Record<string, t.ChannelPictures>>("ChannelPictures", index);
    const one = (id: unknown): t.ChannelPictures => {
      const found = known[String(id)];
      if (!found) throw refused("ChannelPictures");
      return { ...found, pictures: found.pictures && asTheyAre({ ...found.pictures, patches: found.pictures.patches.slice(0, Number(first)) }) };
    };
    return named(ids, one);
  }

  /** Of channels whatever the class; patches are kept by class, so there are none. */
  async function picturesOfAny(ids: Variables): Promise<Record<string, t.ChannelPictures>> {
    const one = async (id: unknown): Promise<t.ChannelPictures> => {
      const { id: whole, pictures } = await channel(String(id));
      return { id: whole, pictures: pictures && { diversity: pictures.diversity, examples: pictures.examples, patches: [], patchesRemedy: null } };
    };
    const byId = new Map(await Promise.all(Object.values(ids).map(async (id) => [id, await one(id)] as const)));
    return named(ids, (id) => must(byId.get(id)));
  }

  async function compare(indexes: readonly number[], score: unknown): Promise<unknown> {
    const [of, ...bodies] = await Promise.all([model(), ...indexes.map((index) => view(index, score))]);
    const failed = bodies.find(({ errors }) => errors);
    if (failed) return failed;
    const views = bodies.map(({ data }) => must(data).imageClass);
    const bare = views.find(({ attributionGraph }) => attributionGraph.channels.length === 0);
    if (bare) throw new ApiError(`${bare.name} has no graph by ${String(score).toLowerCase()}.`, "NOT_FOUND");
    return { data: { compare: compared(of, views) } };
  }

  /** Questions that are answered by more than one file, or by a part of one. */
  const worked: Readonly<Record<string, (variables: Variables, isRecorded: boolean, signal?: AbortSignal) => Promise<Body>>> = {
    Ping: async (_, __, signal) => ({ data: { models: [await files.now(facts, signal)] } }), // whether the server is there
    Classes: async (variables) => ({ data: { classes: await list(variables as unknown as ClassesQuestion) } }),
    Listed: async ({ index }) => ({ data: { imageClass: (await classes()).find((item) => item.index === index) ?? null } }),
    Similar: async (variables) => ({ data: { imageClass: { similar: await similar(variables as unknown as OfClass) } } }),
    MapClass: ({ index }) => ofClass("MapClass", index),
    async Channel({ id, first }) {
      const found = await channel(String(id));
      return { data: { channel: { ...found, classes: found.classes.slice(0, Number(first)) } } };
    },
    async Why({ index, channel: id, companions, threshold }) {
      if ((threshold ?? null) !== null) throw refused("Why");
      return { data: await why(index, String(id), Number(companions)) };
    },
    Compare: async ({ classes: indexes, score }) => (await compare(indexes as number[], score)) as Body,
    ChannelPictures: async (variables) => ({ data: await pictures(variables) }),
    async View({ layer, ...others }) {
      if (others["isCut"]) throw refused("View");
      const body = await view(others["index"], others["score"]);
      const imageClass = body.data?.imageClass;
      if (!imageClass) return body;
      const { classes: held, classCount } = await site();
      if (layer === null && held.length === classCount) return body;
      const near = await similar({ index: imageClass.index, layer: layer as string | null, first: SIMILAR });
      return { data: { imageClass: { ...imageClass, similar: near } } };
    },
    async Company({ index, groups: wanted }, isRecorded) {
      if (!isRecorded) throw refused("Company");
      return { data: { imageClass: { companyByLayer: await company(index, wanted as string[]) } } };
    },
  };

  async function reply(document: string, variables: object, signal?: AbortSignal): Promise<unknown> {
    const name = operationOf(document);
    const question: Question | undefined = (await asked).get(name);
    const isRecorded = question !== undefined && fits(question.variables, variables);
    const work = worked[name];
    if (work) return work(variables as Variables, isRecorded, signal);
    if (!isRecorded) throw refused(name);
    return answer(name);
  }

  return (document, variables, signal) => untilAborted(() => reply(document, variables, signal), signal);
}

/** What is no longer wanted is not waited for; its files come all the same, for who asks next. */
function untilAborted<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    void work().then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

const WHAT: Readonly<Record<string, string>> = {
  View: "Another cut of a graph needs",
  Subset: "The graph of a subset needs",
  Extract: "Keeping a graph needs",
  KeepGroup: "Keeping a group needs",
  Motifs: "A search for motifs needs",
  RunStoredQuery: "A stored query needs",
  RunCypher: "A statement needs",
  Why: "The answer needs",
};

/** By the aliases that picturesDocument gives to its variables. */
const named = <Found>(ids: Variables, one: (id: unknown) => Found): Record<string, Found> =>
  Object.fromEntries(Object.entries(ids).map(([name, id]) => [name.replace("i", "c"), one(id)]));

/** Pictures without the command that makes further ones, which readers of a copy cannot run. */
const asTheyAre = <Of extends object>(pictures: Of): Of => ({ ...pictures, patchesRemedy: null });

const lost = (name: string): ApiError => new ApiError(`${name} of this published copy is missing. Was it copied whole?`, "BAD_ANSWER");

/** That a question can only be answered by a service. */
const refused = (name: string): ApiError => new ApiError(needsService(WHAT[name] ?? "This needs"), "NEEDS_SERVICE");
