// What the map room draws, from what it knows: the picture, its head and its tables.
import { h, write } from "../dom";
import { number, plural } from "../format";
import { remember } from "../remember";
import type { State } from "../state";
import { mapTwins } from "../tables/map";
import type { Twin } from "../tables/twin";
import type { Embedding, MapClass, Model } from "../types";
import type { GroupName, Paint } from "../views/map/draw";
import type { ShownMap } from "../views/map/map";
import type { Chosen, MapData } from "./mapData";
import { LEAST } from "./mapNotes";

/** A map that can be drawn. */
export interface MapParts {
  readonly data: MapData;
  readonly groups: Chosen;
  readonly embedding: Embedding;
}

export interface MapLive {
  readonly state: State;
  readonly item: MapClass | null; // the chosen class, once it is here
  readonly pointed: number | null;
  readonly seen: ReadonlySet<number>; // classes whose row in the list can be read
  readonly users: ReadonlySet<number> | null; // of the pinned channel
  readonly total: number; // of them, where not all come
}

export const classNamed = (data: MapData | null, index: number): string => data?.names.get(index) ?? `class ${index}`;

const NO_TRAIL: MapClass["trail"] = [];
const setOf = remember((classes: readonly number[]): ReadonlySet<number> => new Set(classes));

/** null: there is too little to draw */
export function partsOf(data: MapData | null, groups: Chosen | null, embedding: Embedding | null): MapParts | null {
  return data && groups && embedding && embedding.classes.length >= LEAST ? { data, groups, embedding } : null;
}

export function shownMap({ data, embedding }: MapParts, live: MapLive, paint: Paint, groupNames: () => readonly GroupName[], shorten: (layer: string) => string): ShownMap {
  const { state, item, pointed, seen, users } = live;
  return {
    layer: embedding.layer,
    points: embedding,
    bounds: data.bounds,
    paint,
    groupNames,
    marks: { chosen: state.class, pointed, seen, users, picked: setOf(state.picked) },
    trail: item?.index === state.class ? (item?.trail ?? NO_TRAIL) : NO_TRAIL,
    label: `Map of ${plural(embedding.classes.length, "class", "classes")} at ${embedding.layer}. Arrow keys go to the nearest class, Enter chooses it; d shows a table.`,
    name: (index) => classNamed(data, index),
    shorten,
  };
}

export function mapTables({ data, groups, embedding }: MapParts, { state, item, users, total }: MapLive, model: Model): Twin[] {
  const chosen = item && item.index === state.class ? { name: item.name, trail: item.trail } : null;
  return mapTwins({ embedding, groups: groups.coloured, accuracies: data.accuracies, users, hasAllUsers: users !== null && users.size >= total, picked: state.picked, chosen, id: (index) => `${model.id}/${index}` });
}

/** The classes of the tables are chosen by a click, as the points of the picture are. */
export function choosing(model: Model, data: MapData | null) {
  return (value: string) => {
    const index = value.startsWith(`${model.id}/`) ? Number(value.slice(model.id.length + 1)) : NaN;
    return Number.isInteger(index) ? { text: classNamed(data, index), change: { class: index } } : null;
  };
}

/** Classes that use the pinned channel: how many are marked, of how many. */
interface Using {
  readonly marked: number;
  readonly total: number;
}

const usingWords = ({ marked, total }: Using): string =>
  `${marked < total ? `${number(marked)} of ` : ""}${plural(total, "class uses", "classes use")}`;

/** drop  marks the classes of no channel any more */
export function mapTitle(host: HTMLElement, drop: () => void) {
  const name = h("h1", { tabindex: "-1" });
  const facts = h("span", { id: "placed" });
  const users = h("button", { class: "chip", title: "Mark no channel's classes", onclick: () => (name.focus(), drop()) });
  const line = h("p", { class: "second" }, facts, users);

  /** pin  the channel, with its name */
  return function update(embedding: Embedding | null, pin: string | null, using: Using | null): void {
    write(name, embedding ? `Classes at ${embedding.layer}` : "Classes");
    line.hidden = embedding === null;
    write(facts, embedding ? [plural(embedding.classes.length, "class", "classes"), `near by ${embedding.source === "graphs" ? "the channels in their graphs" : "all their channels"}`].join(" · ") : "");
    facts.title = embedding?.parameters ?? "";
    users.hidden = pin === null || using === null;
    write(users, pin === null || using === null ? "" : `${usingWords(using)} ${pin} ×`);
    if (name.parentElement !== host) host.replaceChildren(name, line);
  };
}
