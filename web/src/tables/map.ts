// The tables of a layer's map: where each class stands, and the chosen class's way through the layers.
import type { Embedding, TrailPoint } from "../types";
import { inPercent, type Twin } from "./twin";

export interface MapTwin {
  readonly embedding: Embedding;
  readonly groups: readonly { readonly name: string; readonly classes: readonly number[] }[]; // that are coloured
  readonly accuracies: ReadonlyMap<number, number>;
  readonly users: ReadonlySet<number> | null; // of the pinned channel
  readonly hasAllUsers: boolean; // else others may use it, too
  readonly picked: readonly number[];
  readonly chosen: { readonly name: string; readonly trail: readonly TrailPoint[] } | null;
  id(index: number): string; // of a class, which leads to it
}

export function mapTwins({ embedding, groups, accuracies, users, hasAllUsers, picked, chosen, id }: MapTwin): Twin[] {
  const { layer, classes, x, y, parked } = embedding;
  const within = (index: number) => groups.filter((group) => group.classes.includes(index)).map(({ name }) => name).join(", ");
  const optional = [
    ...(groups.length ? [{ column: "groups", value: within }] : []),
    ...(accuracies.size ? [{ column: "accuracy, %", value: (index: number) => inPercent(accuracies.get(index)) }] : []),
    ...(users ? [{ column: "uses the pinned channel", value: (index: number) => (users.has(index) ? "yes" : hasAllUsers ? "no" : null) }] : []),
    ...(picked.length ? [{ column: "taken", value: (index: number) => (picked.includes(index) ? "yes" : "no") }] : []),
    ...(parked.length ? [{ column: "at the rim", value: (index: number) => (parked.includes(index) ? "yes" : "no") }] : []),
  ];
  const rows = classes.map((index, k) => [id(index), index, x[k], y[k], ...optional.map(({ value }) => value(index))]);
  const points = { title: `Classes at ${layer}`, columns: ["class", "index", "x", "y", ...optional.map(({ column }) => column)], rows };
  if (!chosen?.trail.length) return [points];
  return [points, { title: `Way of ${chosen.name} through the layers`, columns: ["layer", "x", "y"], rows: chosen.trail.map((stop) => [stop.layer, stop.x, stop.y]) }];
}
