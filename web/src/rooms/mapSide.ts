// The right of the map: what was taken with the lasso, the chosen class and the company it keeps, the classes that move most.
import type { Context } from "../context";
import { h, latest, redraw } from "../dom";
import { shortener } from "../layout/names";
import { findEverything } from "../search";
import type { Company, Embedding, MapClass, SimilarClass } from "../types";
import { companyView, type ShownCompany } from "../views/map/company";
import { pickedView } from "../views/map/picked";
import { classHead, mostLike, type Mover, moversList, takenFor } from "../views/map/side";
import { keepForm } from "./keepForm";
import type { Chosen, MapData } from "./mapData";
import { findMovers } from "./mapMovers";

const NEIGHBOURS = 10; // whose groups are counted
const SIMILAR = 8;

export interface SideShown {
  readonly data: MapData;
  readonly chosen: Chosen;
  readonly embedding: Embedding;
  readonly users: ReadonlySet<number> | null; // of the pinned channel
}

/** arrived  the chosen class is here, with its trail;  renew  the groups have changed */
export function mapSide(host: HTMLElement, context: Context, arrived: (item: MapClass | null) => void, renew: () => void) {
  const { api, store, links, model } = context;
  const shorten = shortener(model.layers);
  const picked = h("section", { class: "picked", hidden: true });
  const head = h("section", {});
  const groups = h("section", { class: "companyof", hidden: true });
  const rest = h("section", {});
  host.append(picked, head, groups, rest);

  let shown: SideShown | null = null;
  let item: MapClass | null = null;
  let company: readonly Company[] = [];
  let similar: readonly SimilarClass[] = [];
  let movers: readonly Mover[] | null = [];
  const answers = { item: latest(), company: latest(), similar: latest() };

  const pick = (classes: readonly number[]) => store.set({ picked: classes }, "replace");
  const updatePicked = pickedView(picked, links, keepForm(context, renew), {
    drop: (index) => pick(store.get().picked.filter((other) => other !== index)),
    clear: () => pick([]),
  });
  const updateCompany = companyView(groups, {
    find: (text) => findEverything(api, model, text, { group: (key) => choose([...keys(), key]) }),
    remove: (key) => choose(keys().filter((other) => other !== key)),
    choose: (layer) => store.set({ layer }),
  });

  const keys = (): string[] => (shown?.chosen.company ?? []).map(({ key }) => key);
  const choose = (company: readonly string[]) => store.set({ company: [...new Set(company)] }, "replace");

  function ask(): void {
    const { class: index } = store.get();
    if (!shown) return;
    if (index === null) {
      if (item !== null) arrived((item = null));
      return draw();
    }
    const [{ embedding }, wanted] = [shown, keys()];
    if (item?.index !== index) [company, similar] = [[], []];
    const failed = (error: Error) => head.replaceChildren(h("p", { class: "second", role: "status" }, error.message));
    answers.item(api.mapClass(model.id, index), (found) => {
      const isOther = item !== found;
      item = found;
      if (isOther) arrived(found);
      draw();
    }, (error) => (arrived((item = null)), draw(), failed(error)));
    answers.similar(api.similar(model.id, index, embedding.layer, SIMILAR), (found) => ((similar = found), draw()), () => ((similar = []), draw()));
    if (wanted.length < 2) return;
    answers.company(api.company(model.id, index, wanted, NEIGHBOURS), (found) => ((company = found), draw()), failed);
  }

  function draw(): void {
    if (!shown) return;
    const { data, chosen, embedding, users } = shown;
    const { layer } = embedding;
    updatePicked(store.get().picked, (index) => data.names.get(index) ?? `class ${index}`);
    const [known, found] = [item, item ? { item, model, embedding, users, shorten } : null];
    redraw(head, () => head.replaceChildren(...(found ? classHead(found, links) : [comingOrHint(store.get().class, data)])));
    updateCompany(known !== null && chosen.company.length > 1 ? companyOf(company, chosen, layer) : null);
    const about = known ? [...takenFor(known.confusions, known.images, links), ...mostLike(similar, known.index, layer, links)] : [];
    redraw(rest, () => rest.replaceChildren(...about, ...moversList(movers, known?.index ?? null, shorten, links)));
  }

  return {
    update(next: SideShown): void {
      if (!shown) void findMovers(api, model).then((found) => ((movers = found), draw()), () => undefined);
      shown = next;
      draw();
      ask();
    },
  };
}

/** The name of a class of which nothing else has come yet; without a class, what can be done. */
function comingOrHint(index: number | null, { names }: MapData): HTMLElement {
  const name = index === null ? undefined : names.get(index);
  if (name !== undefined) return h("div", { class: "title", "aria-busy": "true" }, h("h2", {}, name));
  return h("p", { class: "second" }, "Click a point for the company it keeps, and its way through the layers. Shift-drag around several to take them as a group.");
}

function companyOf(company: readonly Company[], { company: groups, look }: Chosen, layer: string): ShownCompany {
  const rows = [...company].reverse().map((row) => ({ layer: row.layer, counts: row.company.map(({ count }) => count) }));
  return { rows, groups: groups.map(({ key, name }) => ({ key, name, look: look(key) })), neighbours: NEIGHBOURS, layer };
}
