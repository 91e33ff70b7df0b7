// What is said about a map: what is missing on it, why there is none, what its colours mean.
import type { Context } from "../context";
import { keyOf } from "../chosen";
import { number, plural, shellWord } from "../format";
import type { State } from "../state";
import type { Embedding } from "../types";
import type { Paint } from "../views/map/draw";
import type { ShownLegend } from "../views/map/legend";
import { ACCURACY, type Chosen, type MapData } from "./mapData";

export const LEAST = 3; // classes of a map

type Place = Pick<Context, "model" | "isSite">;

/** maps  layers that have one;  layer  that was asked for */
export function whyEmpty({ model, isSite }: Place, maps: number, embedding: Embedding | null, layer: string | null): string {
  if (model.classCount < LEAST) return `A map needs ${LEAST} classes or more; ${isSite ? "this published copy" : model.id} has ${model.classCount}.`;
  if (!maps && isSite) return "This published copy has no map.";
  if (!maps) return `The map is being made. If it does not come, run summit embed ${shellWord(model.id)}.`;
  if (!embedding) return `There is no map at ${layer}.`;
  return `Only ${plural(embedding.classes.length, "class has channels", "classes have channels")} at ${embedding.layer}; a map needs ${LEAST} or more.`;
}

/** Whether a service may have other maps soon: there is none, or an old one. */
export const mayChange = ({ model, isSite }: Place, embeddings: readonly Pick<Embedding, "stale">[]): boolean =>
  !isSite && model.classCount >= LEAST && (!embeddings.length || embeddings.some(({ stale }) => stale));

export function notesOn({ model, isSite }: Place, { layer, stale, parked, classes }: Embedding, name: (index: number) => string): string[] {
  const told: string[] = [];
  if (stale) told.push(`The counts have changed since this map was made${isSite ? "" : `; run summit embed ${shellWord(model.id)}`}.`);
  if (parked.length) told.push(`At the rim because they share no channel with any other class: ${parked.map(name).join(", ")}.`);
  const missing = model.classCount - classes.length;
  if (missing > 0) told.push(`${number(missing)} ${missing === 1 ? "class has" : "classes have"} no channel at ${layer}.`);
  return told;
}

/** What the address names and the model does not have. */
export function strangersOn({ model }: Place, { names, groups, accuracies }: Pick<MapData, "names" | "groups" | "accuracies">, { colours, company, picked }: Pick<State, "colours" | "company" | "picked">): string[] {
  const keys = new Set([ACCURACY, ...groups.map(keyOf)]);
  const unknown = [...new Set([...colours, ...company])].filter((key) => !keys.has(key));
  const none = colours.includes(ACCURACY) && !accuracies.size ? [`${model.id} has no accuracies, which the address names.`] : [];
  const absent = picked.filter((index) => !names.has(index));
  return [...none, ...unknown.map((key) => `${model.id} has no group “${key}”, which the address names.`), ...absent.map((index) => `${model.id} has no class ${index}, which the address names.`)];
}

export function legendOf(data: MapData, { byAccuracy, coloured, look }: Chosen, embedding: Embedding, { looks }: Paint): ShownLegend {
  const groups = coloured.map(({ key, name }) => ({ key, name, look: look(key) }));
  const hasOthers = embedding.classes.some((index) => !looks.has(index));
  return { byAccuracy, hasAccuracy: data.accuracies.size > 0, hasGroups: data.groups.length > 0, hasOthers, groups };
}
