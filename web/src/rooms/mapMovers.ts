// The classes that change company most from one layer to the next.
import type { Api } from "../api";
import { type Passage, rankMovers } from "../layout/map/movers";
import type { Model } from "../types";
import type { Mover } from "../views/map/side";
import type { MapData } from "./mapData";

const LISTED = 8;
const NEIGHBOURS = 10;
const MANY = 3000; // classes; the service's work grows with their square

/** Asked one passage after another, so that the service has time for others; none of a model with very many classes. */
export async function findMovers(api: Api, model: Model, data: MapData): Promise<Mover[]> {
  if (model.classCount > MANY) return [];
  const layers = data.embeddings.map(({ layer }) => layer);
  const passages: Passage[] = [];
  for (const [k, upper] of layers.entries()) {
    const lower = layers[k - 1];
    if (lower === undefined) continue;
    const { columns, rows } = await api.storedQuery("moving_classes_of_model", { model: model.id, lower, upper, group: null, neighbours: NEIGHBOURS, limit: model.classCount });
    const [indexAt, movedAt] = [columns.indexOf("class"), columns.indexOf("moved")];
    passages.push({ lower, upper, moved: new Map(rows.map((row) => [Number(row[indexAt]), Number(row[movedAt])])) });
  }
  return rankMovers(passages, LISTED).map((mover) => ({ ...mover, name: data.names.get(mover.index) ?? `class ${mover.index}` }));
}
