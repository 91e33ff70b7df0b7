// What the page shows, as one flat record that the address bar spells out. `parse` and `print` are pure inverses.

import { type Weighing, WEIGHINGS } from "./attributed";
import { LEAST, MOST } from "./cut";
import { type Kinds, KINDS } from "./kinds";
import { whole, within } from "./read";

export const ROOMS = ["explore", "map", "compare", "motifs", "query", "channel"] as const;
export type Room = (typeof ROOMS)[number];
export const SORTS = ["similar", "name", "index", "accuracy", "accuracy-up", "drop", "drop-up"] as const;
export type Sort = (typeof SORTS)[number];
export const SHAPES = ["CLOSED", "MAXIMAL", "EDGE", "CHAIN", "FAN_IN", "FAN_OUT", "DIAMOND", "BI_FAN"] as const;
export type Shape = (typeof SHAPES)[number];
export const OPERATIONS = ["AT_LEAST", "INTERSECTION", "UNION", "DIFFERENCE", "SYMMETRIC_DIFFERENCE"] as const;
export type Operation = (typeof OPERATIONS)[number];
export const LOOKS = ["graph", "matrix", "ranking"] as const;
export type Look = (typeof LOOKS)[number];
export const SCORES = ["activation", "attribution"] as const;
export type Score = (typeof SCORES)[number];
/** What numbers of graphs are of, which the service keeps for those by activation alone. */
export const graphsCounted = (score: Score): string => (score === "activation" ? "graphs" : "graphs by activation");
/** "brown bear", or "brown bear by attribution" */
export const called = (name: string, score: Score): string => (score === "activation" ? name : `${name} by ${score}`);
export const SHOWS = ["patches"] as const;
export type Show = (typeof SHOWS)[number];

export const SIZES = ["count", "specificity"] as const;
export type Size = (typeof SIZES)[number];

export const [SHORTEST, LONGEST] = [2, 9]; // channels of a chain
export const PATIENT = 60; // seconds, the most that the service searches for motifs
export const [NARROWEST, WIDEST] = [60, 300]; // percent of the usual room between what is drawn

export interface State {
  readonly room: Room;
  readonly model: string | null; // null: the first the service has
  readonly class: number | null; // null: the first of the list
  readonly classes: readonly number[]; // compared
  readonly subset: string | null; // of one class's pictures, compared with the others; null: classes are compared
  readonly operation: Operation; // what of three and more compared classes is shown
  readonly atLeast: number; // ... in so many of them, where the operation is AT_LEAST
  readonly groups: readonly string[]; // two groups of classes, by wnid or id, whose ranking is shown in place of the classes
  readonly table: boolean; // numbers as tables in place of the picture
  readonly look: Look | null; // ... as what; null: a graph of three, a matrix of more; a ranking says what separates classes
  readonly pin: string | null; // "mixed4d/431" or an edge "mixed4c/415>mixed4d/431"
  readonly trace: boolean; // light all that a channel is built on and leads to, not only its neighbours
  readonly channel: string | null; // the channel of the channel room
  readonly motif: readonly string[]; // edges laid over the graph, "mixed4c/415>mixed4d/431"
  readonly sort: Sort;
  readonly group: string | null; // its wnid, or its id
  readonly layer: string | null; // where similarity is measured; null: all layers, and on the map one in the middle
  readonly colours: readonly string[]; // of the map's points: groups, or the word "accuracy"; none: suggested ones
  readonly company: readonly string[]; // groups that a class's neighbours are counted in; none: suggested ones
  readonly picked: readonly number[]; // classes that were taken with the lasso
  readonly rows: number | null; // lowest row drawn of a deep network; null: its last layers
  readonly show: Show | null; // of channels: patches of real pictures; null: what they look for, synthesised
  readonly score: Score; // by which the classes' graphs were made
  readonly min: number; // channels with fewer pictures are not drawn
  readonly weight: number; // edges with a smaller one are not drawn
  readonly weighed: Weighing; // what the weights of edges are of
  readonly width: number; // percent of the usual room between channels of a row
  readonly height: number; // ... and between rows
  readonly size: Size; // what pictures of channels are as large as
  readonly kinds: Kinds; // of the edges that are drawn
  readonly probable: boolean; // channels and edges are the fainter, the less sure they are
  readonly lanes: boolean; // a channel that is handed on from layer to layer keeps one column
  readonly threshold: number | null; // percent of PageRank that the graph is cut at, LEAST to MOST; null: the stored graph
  readonly unified: boolean; // ... of the whole network's PageRank; else of each layer's
  readonly deadEnds: boolean; // ... with edges from channels that nothing below influences
  readonly of: string | null; // motifs of these classes: a group's wnid, "all", or a list like "294,295"
  readonly against: string | null; // ... contrasted with these, "others" (all classes but those) or "nothing"; null: a group with the others
  readonly around: string | null; // ... that hold this channel, "mixed4d/431"
  readonly shape: Shape;
  readonly length: number; // of a chain, in channels
  readonly support: number; // least share of the classes, 0..1
  readonly seconds: number; // that motifs are searched for at most
  readonly query: string | null; // stored query shown; null: the Cypher editor
  readonly plain: boolean; // ... as a question in plain words
  readonly args: string | null; // its parameters, or the statement's, as JSON
  readonly cypher: string | null; // the statement in the editor
}

export const START: State = {
  room: "explore",
  model: null,
  class: null,
  classes: [],
  subset: null,
  operation: "AT_LEAST",
  atLeast: 2,
  groups: [],
  table: false,
  look: null,
  pin: null,
  trace: false,
  channel: null,
  motif: [],
  sort: "similar",
  group: null,
  layer: null,
  colours: [],
  company: [],
  picked: [],
  rows: null,
  show: null,
  score: "activation",
  min: 0,
  weight: 0,
  weighed: "influence",
  width: 100,
  height: 100,
  size: "count",
  kinds: "all",
  probable: true,
  lanes: true,
  threshold: null,
  unified: false,
  deadEnds: true,
  of: null,
  against: null,
  around: null,
  shape: "CLOSED",
  length: 3,
  support: 0.5,
  seconds: 10,
  query: null,
  plain: false,
  args: null,
  cypher: null,
};

export function parse(search: string): State {
  const given = new URLSearchParams(search);
  const words = { get: (name: keyof State) => given.get(name) || null }; // the first, where a name stands there twice
  const channel = words.get("channel");
  return {
    room: oneOf(ROOMS, words.get("room")) ?? (channel ? "channel" : "explore"),
    model: words.get("model"),
    class: whole(words.get("class")),
    classes: list(words.get("classes")).map(whole).filter((index) => index !== null),
    subset: words.get("subset"),
    operation: oneOf(OPERATIONS, words.get("operation")) ?? START.operation,
    atLeast: whole(words.get("atLeast")) ?? START.atLeast,
    groups: list(words.get("groups")),
    table: words.get("table") === "true",
    look: oneOf(LOOKS, words.get("look")) ?? (words.get("groups") ? "ranking" : START.look), // groups have no other
    pin: words.get("pin"),
    trace: words.get("trace") === "true",
    channel,
    motif: list(words.get("motif")),
    sort: oneOf(SORTS, words.get("sort")) ?? START.sort,
    group: words.get("group"),
    layer: words.get("layer"),
    colours: list(words.get("colours")),
    company: list(words.get("company")),
    picked: list(words.get("picked")).map(whole).filter((index) => index !== null),
    rows: whole(words.get("rows")),
    show: oneOf(SHOWS, words.get("show")),
    score: oneOf(SCORES, words.get("score")) ?? START.score,
    min: whole(words.get("min")) ?? START.min,
    weight: whole(words.get("weight")) ?? START.weight,
    weighed: oneOf(WEIGHINGS, words.get("weighed")) ?? START.weighed,
    width: within(NARROWEST, WIDEST, words.get("width")) ?? START.width,
    height: within(NARROWEST, WIDEST, words.get("height")) ?? START.height,
    size: oneOf(SIZES, words.get("size")) ?? START.size,
    kinds: oneOf(KINDS, words.get("kinds")) ?? START.kinds,
    probable: words.get("probable") !== "false",
    lanes: words.get("lanes") !== "false",
    threshold: within(LEAST, MOST, words.get("threshold")),
    unified: words.get("unified") === "true",
    deadEnds: words.get("deadEnds") !== "false",
    of: words.get("of"),
    against: words.get("against"),
    around: words.get("around"),
    shape: oneOf(SHAPES, words.get("shape")) ?? START.shape,
    length: within(SHORTEST, LONGEST, String(whole(words.get("length")))) ?? START.length,
    support: within(0, 1, words.get("support")) ?? START.support,
    seconds: within(0, PATIENT, words.get("seconds")) ?? START.seconds,
    query: words.get("query"),
    plain: words.get("plain") === "true",
    args: words.get("args"),
    cypher: words.get("cypher"),
  };
}

/** Whether motifs of a shape can be asked for around one channel, and a search for them be gone on with. */
export const isMined = (shape: Shape): boolean => shape === "CLOSED" || shape === "MAXIMAL";

type Needed = readonly [isMet: (state: State) => boolean, needed: string];
const MANY: Needed = [({ classes }) => classes.length > 2, "three classes or more"];
const THRESHOLD: Needed = [({ threshold }) => threshold !== null, "threshold"];

/** What else an address must have, so that something in it has an effect. */
export const NEEDS: Partial<Record<keyof State, Needed>> = {
  pin: [({ room, pin }) => room !== "map" || !pin?.includes(">"), "a channel"],
  unified: THRESHOLD,
  deadEnds: THRESHOLD,
  operation: [(state) => MANY[0](state) || state.operation === "UNION", MANY[1]], // two are shown whole
  atLeast: [(state) => MANY[0](state) && state.operation === "AT_LEAST", `${MANY[1]}, and operation=AT_LEAST`],
  look: [(state) => (state.look === "ranking" ? state.subset === null : MANY[0](state)), `${MANY[1]}, or look=ranking without subset`],
  groups: [({ look, subset }) => look === "ranking" && subset === null, "look=ranking without subset"],
  score: [({ room, subset }) => room !== "compare" || !oneOf(SCORES, subset), "a subset of pictures"], // a score as a subset is compared with the other
  table: [({ room, look, groups }) => room !== "compare" || look !== "ranking" || !groups.length, "classes in place of groups"],
  against: [({ of }) => of !== null && of !== "all", "of=, with a group or a list of classes"],
  around: [({ shape }) => isMined(shape), "shape=CLOSED or shape=MAXIMAL"],
  length: [({ shape }) => shape === "CHAIN", "shape=CHAIN"],
};

/** Only what the room reads goes into its address, and nothing that has its start value or no effect. */
export const SPOKEN: Record<Room, readonly (keyof State)[]> = {
  explore: ["model", "class", "pin", "trace", "motif", "sort", "group", "layer", "rows", "show", "score", "min", "weight", "weighed", "width", "height", "size", "kinds", "probable", "lanes", "threshold", "unified", "deadEnds", "table"],
  map: ["room", "model", "class", "pin", "layer", "sort", "group", "colours", "company", "picked", "table"],
  compare: ["room", "model", "classes", "subset", "score", "kinds", "probable", "lanes", "operation", "atLeast", "look", "groups", "pin", "trace", "rows", "weight", "weighed", "width", "height", "size", "table"],
  motifs: ["room", "model", "of", "against", "around", "shape", "length", "support", "seconds", "table"],
  query: ["room", "model", "query", "plain", "args", "cypher"],
  channel: ["model", "channel"],
};

export function print(state: State): string {
  const keys: readonly (keyof State)[] = state.room === "channel" && state.channel === null ? ["room", "model"] : SPOKEN[state.room];
  const words = keys.flatMap((key) => {
    const value = state[key];
    const text = Array.isArray(value) ? value.join(",") : String(value);
    const isStart = value === START[key] || text === String(START[key]);
    return isStart || text === "" || NEEDS[key]?.[0](state) === false ? [] : [`${key}=${readable(text)}`];
  });
  return words.length ? `?${words.join("&")}` : "";
}

// "/", "," and ">" may stand in a query as they are; people read and paste these addresses.
const readable = (text: string): string => encodeURIComponent(text).replace(/%2F/g, "/").replace(/%2C/g, ",").replace(/%3E/g, ">");

function oneOf<T extends string>(words: readonly T[], word: string | null): T | null {
  return words.find((known) => known === word) ?? null;
}

function list(word: string | null): string[] {
  return word ? word.split(",").filter((part) => part !== "") : [];
}

/** Whether two states show different classes in the same way; what was pinned in the former is let go. */
export const onlyClassDiffers = (a: State, b: State): boolean =>
  a.class !== b.class && Object.entries(a).every(([key, value]) => key === "class" || key === "pin" || value === b[key as keyof State]);

export type Change = Partial<State>;

/** The state with a change; a subset is one of the class that it was chosen with. */
export const changed = (state: State, change: Change): State => ({ ...state, ...(change.classes ? { subset: null } : {}), ...change });

export interface Store {
  get(): State;
  /** The room that was shown before this one; null: none was. */
  left(): Room | null;
  /** "push" makes a step that the Back button undoes, "replace" does not; nor does "correct", by which the page mends an address. */
  set(change: Change, step?: "push" | "replace" | "correct"): void;
  /** isChosen  somebody changed it in the page, not by Back, Forward or another address */
  subscribe(listener: (state: State, isChosen: boolean) => void): void;
}

/** The one store. It listens to Back and Forward and writes the address. */
export function createStore(page: Window): Store {
  const listeners: ((state: State, isChosen: boolean) => void)[] = [];
  let state = parse(page.location.search);
  let left: Room | null = null;
  const become = (next: State) => {
    if (next.room !== state.room) left = state.room;
    state = next;
  };
  const tell = (isChosen: boolean) => listeners.forEach((listener) => listener(state, isChosen));

  page.addEventListener("popstate", () => {
    become(parse(page.location.search));
    tell(false);
  });

  return {
    get: () => state,
    left: () => left,
    set(change, step = "push") {
      become(changed(state, change));
      const address = page.location.pathname + print(state);
      const isNew = address !== page.location.pathname + page.location.search;
      if (isNew && step === "push") page.history.pushState(null, "", address);
      else if (isNew) page.history.replaceState(null, "", address);
      tell(step !== "correct");
    },
    subscribe: (listener) => void listeners.push(listener),
  };
}
