// The examples of stored queries are about one model; in the form of another they are about that one's classes and layers.
import type { Values } from "./parameters";
import type { Model } from "./types";

const GROUP = /^[^/]+\/n\d{8}$/;
const CLASS = /^[^/]+\/(\d+)$/;
const CHANNEL = /^[^/]+\/([^/]+)\/(\d+)$/;
const LAYER = /^[^/]+\/([^/]+)$/;

/** The example with ids of the model; as it is where it names a group, which another model need not have.
 *
 * indexes  of the model's classes
 */
export function fitExample(example: Values, model: Model, indexes: readonly number[]): Values {
  const words = Object.values(example).flat().filter((value) => typeof value === "string");
  if (words.some((word) => GROUP.test(word))) return example;
  return Object.fromEntries(Object.entries(example).map(([name, value]) => [name, fit(name, value, model, indexes)]));
}

function fit(name: string, value: unknown, model: Model, indexes: readonly number[]): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item: unknown) => fit(name, item, model, indexes)))];
  if (typeof value !== "string") return value;
  if (name === "model") return model.id;
  const [, classIndex] = CLASS.exec(value) ?? [];
  if (classIndex) return `${model.id}/${present(Number(classIndex), indexes)}`;
  const [, layer = "", channel] = CHANNEL.exec(value) ?? [];
  if (channel) {
    const { name: own, channels } = layerOf(layer, model);
    return `${model.id}/${own}/${Number(channel) % channels}`;
  }
  const [, id] = LAYER.exec(value) ?? [];
  if (id) return `${model.id}/${layerOf(id, model).name}`;
  return name === "layer" ? layerOf(value, model).name : value;
}

/** The class itself if it is there, else another that is; like ones become like ones. */
const present = (index: number, indexes: readonly number[]): number =>
  indexes.length === 0 || indexes.includes(index) ? index : indexes[index % indexes.length]!;

/** The layer of that name, else the last. */
const layerOf = (name: string, { layers }: Model) => layers.find((layer) => layer.name === name) ?? layers.at(-1)!;
