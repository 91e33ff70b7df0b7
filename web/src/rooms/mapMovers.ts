// The classes that change company most from one layer to the next.
import { type Api, NEIGHBOURS } from "../api";
import type { Model } from "../types";
import type { Mover } from "../views/map/side";

const LISTED = 8;
const MANY = 3000; // classes; the service's work grows with their square

/** Null for a model with very many classes, which is asked only by those who want to wait. */
export async function findMovers(api: Api, model: Model): Promise<Mover[] | null> {
  if (model.classCount > MANY) return null;
  const { columns, rows } = await api.storedQuery("changes_of_company", { model: model.id, neighbours: NEIGHBOURS, limit: LISTED });
  return rows.map((row) => {
    const at = (column: string) => row[columns.indexOf(column)];
    return { index: Number(at("class")), name: String(at("name")), moved: Number(at("moved")), lower: String(at("lower")), upper: String(at("upper")) };
  });
}
