// Examples of stored queries and statements are about one model; for another they are about that one's classes, layers and groups.
import { keyOf } from "./chosen";
import type { Values } from "./parameters";
import type { ClassGroup, Model } from "./types";
import { must } from "./must";

const GROUP = /^(?:[^/]+\/)?n\d{8}$/;
const CLASS = /^[^/]+\/(\d+)$/;
const CHANNEL = /^[^/]+\/([^/]+)\/(\d+)$/;
const LAYER = /^[^/]+\/([^/]+)$/;
const GROUPS: readonly string[] = ["group", "against", "groups"]; // parameters that take a group's name, too

/** What a model has, to speak of in an example. */
export interface Known {
  readonly model: Model;
  readonly indexes: readonly number[]; // of its classes
  readonly groups: readonly ClassGroup[];
  readonly channel?: string | null; // that many of its graphs have
}

/** The example with ids of the model; as it is where it names a group and the model has none. */
export function fitExample(example: Values, known: Known): Values {
  const named = Object.entries(example).flatMap(([name, value]) => [value].flat().filter((item) => isGroup(name, item)));
  if (named.length > 0 && known.groups.length === 0) return example;
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, fitValue(name, value, known)]));
}

/** A value with ids of the model.  name  of its parameter; at  its place in a list */
export function fitValue(name: string, value: unknown, known: Known, at = 0): unknown {
  const { model, indexes } = known;
  if (Array.isArray(value)) return [...new Set(value.map((item: unknown, k) => fitValue(name, item, known, k)))];
  if (typeof value !== "string") return value;
  if (name === "model") return model.id;
  if (isGroup(name, value)) return fitGroup(value, known, name === "against" ? 1 : at);
  const [, classIndex] = CLASS.exec(value) ?? [];
  if (classIndex) return `${model.id}/${present(Number(classIndex), indexes)}`;
  const [whole = "", layer = "", channel] = CHANNEL.exec(value) ?? [];
  if (channel) {
    if (name === "channel" && known.channel && !whole.startsWith(`${model.id}/`)) return known.channel;
    const { name: own, channels } = layerOf(layer, model);
    return `${model.id}/${own}/${Number(channel) % channels}`;
  }
  const [, id] = LAYER.exec(value) ?? [];
  if (id) return `${model.id}/${layerOf(id, model).name}`;
  return name === "layer" ? layerOf(value, model).name : value;
}

const isGroup = (name: string, value: unknown): value is string =>
  typeof value === "string" && value !== "" && (GROUPS.includes(name) || GROUP.test(value));

/** The group itself if it is there, else another; asked for by its id where the example does so. */
function fitGroup(value: string, { groups }: Known, at: number): string {
  const key = value.slice(value.indexOf("/") + 1);
  const same = groups.find(({ wnid, name }) => key === wnid || key === name);
  if (same && !value.includes("/")) return value;
  const group = same ?? groups[at % groups.length];
  if (group === undefined) return value;
  return value.includes("/") ? group.id : keyOf(group);
}

/** The class itself if it is there, else another that is; like ones become like ones. */
const present = (index: number, indexes: readonly number[]): number =>
  indexes.includes(index) ? index : (indexes[index % indexes.length] ?? index);

/** The layer of that name, else the last. */
const layerOf = (name: string, { layers }: Model) => layers.find((layer) => layer.name === name) ?? must(layers.at(-1));
