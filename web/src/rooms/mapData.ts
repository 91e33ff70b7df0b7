// What the map of a model is drawn from, and the choices that the address leaves open.
import type { Api } from "../api";
import { keyOf } from "../chosen";
import { type Bounds, boundsOf } from "../layout/map/frame";
import { sharing } from "../layout/map/morph";
import { groupsOf, type Members, medianOf, stepOf, suggest } from "../layout/map/paint";
import type { Embedding, GroupMembers, Model } from "../types";
import type { GroupName, Paint } from "../views/map/draw";

export const ACCURACY = "accuracy"; // in place of groups

export interface MapData {
  readonly embeddings: readonly Embedding[]; // lowest layer first
  readonly bounds: Bounds;
  readonly groups: readonly GroupMembers[];
  readonly names: ReadonlyMap<number, string>;
  readonly accuracies: ReadonlyMap<number, number>; // of classes where it is known
}

export async function loadMapData(api: Api, model: Model): Promise<MapData> {
  const [found, groups, classes] = await Promise.all([api.embeddings(model.id), api.members(model.id), api.allClasses(model.id)]);
  const embeddings = sharing(found);
  const accuracies = classes.flatMap(({ index, accuracy }) => (accuracy === null ? [] : [[index, accuracy] as const]));
  return { embeddings, bounds: boundsOf(embeddings), groups, names: new Map(classes.map(({ index, name }) => [index, name])), accuracies: new Map(accuracies) };
}

/** The map of that layer; where none is asked for, of one above the middle: groups stand apart there, and are not yet alone. */
export function embeddingAt({ embeddings }: MapData, layer: string | null): Embedding | null {
  if (layer !== null) return embeddings.find((item) => item.layer === layer) ?? null;
  return embeddings[Math.floor(0.6 * embeddings.length)] ?? null;
}

const COLOURED = { most: 5, least: 0.03, largest: 0.15 }; // with two in company there are seven colours
const KEPT = { most: 2, least: 0.1, largest: 0.66 };

export interface Chosen {
  readonly byAccuracy: boolean;
  readonly coloured: readonly Members[];
  readonly company: readonly Members[];
  look(key: string): number; // of a group in either of them
}

/** The groups of the address, or suggested ones where it names none; accuracy only where it is known. */
export function chosenGroups({ groups, accuracies }: MapData, model: Model, colours: readonly string[], company: readonly string[]): Chosen {
  const known = groups.map((group): Members => ({ key: keyOf(group), name: group.name, classes: group.classes }));
  const find = (keys: readonly string[]): Members[] => keys.flatMap((key) => known.filter((group) => group.key === key));
  const byAccuracy = colours[0] === ACCURACY && accuracies.size > 0;
  const named = colours.filter((key) => key !== ACCURACY);
  const coloured = byAccuracy ? [] : find(named.length ? named : suggest(known, model.classCount, COLOURED));
  const near = find(company.length ? company : suggest(known, model.classCount, KEPT));
  const keys = [...new Set([...coloured, ...near].map(({ key }) => key))];
  return { byAccuracy, coloured, company: near, look: (key) => Math.max(0, keys.indexOf(key)) };
}

export function paintOf({ accuracies }: MapData, { byAccuracy, coloured }: Chosen): Paint {
  if (byAccuracy) return { kind: "accuracy", looks: new Map([...accuracies].map(([index, accuracy]) => [index, stepOf(accuracy)])) };
  return { kind: "groups", looks: groupsOf(coloured) };
}

/** Names of the coloured groups, at the medians of their points in a layer. */
export const groupNames = ({ coloured, look }: Chosen, embedding: Embedding): GroupName[] =>
  coloured.flatMap(({ key, name, classes }) => {
    const at = medianOf(new Set(classes), embedding);
    return at ? [{ name, look: look(key), at }] : [];
  });
