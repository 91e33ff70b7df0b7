// The classes that change company most from one layer to the next.
import { type Api, NEIGHBOURS } from "../api";
import { rowsOf } from "../table";
import type { Model } from "../types";
import type { Mover } from "../views/map/side";

const LISTED = 8;
const MANY = 3000; // classes; the service's work grows with their square

/** Null for a model with very many classes, which is asked only by those who want to wait. */
export async function findMovers(api: Api, model: Model): Promise<Mover[] | null> {
  if (model.classCount > MANY) return null;
  const asked = api.storedQuery("changes_of_company", { model: model.id, neighbours: NEIGHBOURS, limit: LISTED });
  const [table, classes] = await Promise.all([asked, api.classNames(model.id)]);
  const names = new Map(classes.map(({ index, name }) => [index, name])); // those of the same name told apart
  return rowsOf(table, "class", "moved", "lower", "upper").map((row) => ({ index: Number(row.class), name: names.get(Number(row.class)) ?? `class ${String(row.class)}`, moved: Number(row.moved), lower: String(row.lower), upper: String(row.upper) }));
}
