// The right of the map: what was taken with the lasso, the chosen class and the company it keeps, the classes that move most.
import { NEIGHBOURS } from "../api";
import { keyOf } from "../chosen";
import type { Context } from "../context";
import { h, latest, redraw } from "../dom";
import { shortener } from "../layout/names";
import { remember } from "../remember";
import { findEverything } from "../search";
import type { Company, Embedding, MapClass, SimilarClass } from "../types";
import { companyView, type ShownCompany } from "../views/map/company";
import { pickedView } from "../views/map/picked";
import { classHead, mostLike, type Mover, moversList } from "../views/map/side";
import { label } from "../views/detail";
import { absence } from "../views/status";
import { takenFor } from "../views/takenFor";
import { keepForm } from "./keepForm";
import type { Chosen, MapData } from "./mapData";
import { findMovers } from "./mapMovers";

const SIMILAR = 8;

export interface SideShown {
  readonly data: MapData;
  readonly chosen: Chosen;
  readonly embedding: Embedding;
}

/** Classes most like the chosen one, and the layer where they are. */
interface Similar {
  readonly layer: string;
  readonly classes: readonly SimilarClass[];
}

const NONE: Similar = { layer: "", classes: [] };

/** arrived  the chosen class is here, with its trail;  renew  the groups have changed */
export function mapSide(host: HTMLElement, context: Context, arrived: (item: MapClass | null) => void, renew: () => void) {
  const { api, store, links, model } = context;
  const shorten = shortener(model.layers);
  const picked = h("section", { class: "picked", hidden: true });
  const head = h("section", {});
  const groups = h("section", { class: "companyof", hidden: true });
  const [about, moving] = [h("div", {}), h("div", {})];
  host.append(picked, head, groups, h("section", {}, about, moving));

  let shown: SideShown | null = null;
  let asked: number | null = null; // the class that all of this is of
  let item: MapClass | null = null;
  let company: readonly Company[] = [];
  let similar: Similar | Error = NONE;
  let failure: Error | null = null; // of the class
  let lost: Error | null = null; // of its company
  let movers: readonly Mover[] | Error | null | undefined; // undefined: they are on their way
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
    retry: ask,
  });

  const keys = (): string[] => (shown?.chosen.company ?? []).map(({ key }) => key);
  const choose = (company: readonly string[]) => store.set({ company: [...new Set(company)] }, "replace");

  function ask(): void {
    const { class: index } = store.get();
    if (!shown) return;
    failure = lost = null;
    if (index !== asked) turn(index);
    if (index === null) return;
    const [{ embedding }, wanted] = [shown, keys()];
    answers.item(api.mapClass(model.id, index), (found) => {
      const isOther = item !== found;
      item = found;
      if (isOther) arrived(found);
      draw();
    }, (error) => (arrived((item = null)), (failure = error), draw()));
    const { layer } = embedding;
    answers.similar(api.similar(model.id, index, layer, SIMILAR), (classes) => ((similar = { layer, classes }), draw()), (error) => ((similar = error), draw()));
    if (!wanted.length) return answers.company.forget(), (company = []), draw();
    answers.company(api.company(model.id, index, wanted, NEIGHBOURS), (found) => ((company = found), draw()), (error) => ((lost = error), draw()));
  }

  /** To another class, of which nothing is here yet, or to none. */
  function turn(index: number | null): void {
    for (const answer of Object.values(answers)) answer.forget();
    [asked, company, similar] = [index, [], NONE];
    if (item !== null) arrived((item = null));
    draw();
  }

  function draw(): void {
    if (!shown) return;
    const { data, chosen, embedding } = shown;
    updatePicked(store.get().picked, (index) => data.names.get(index) ?? `class ${index}`);
    drawHead(item, item && !embedding.classes.includes(item.index) ? embedding.layer : null, store.get().class, data, failure);
    updateCompany(item !== null && data.groups.length > 0 ? { ...companyOf(company, chosen), isChosen: store.get().company.length > 0, error: lost, neighbours: NEIGHBOURS, layer: embedding.layer } : null);
    drawAbout(item, similar);
    drawMovers(movers, item?.index ?? null);
  }

  // Each part is made again where it shows something else; the layer alone changes little of them.
  const drawHead = remember((known: MapClass | null, absent: string | null, index: number | null, data: MapData, error: Error | null): void => {
    const parts = error ? [absence(error, ask)] : known ? classHead(known, absent, shorten, links) : [comingOrHint(index, data)];
    redraw(head, () => head.replaceChildren(...parts));
  });
  const drawAbout = remember((known: MapClass | null, found: Similar | Error): void => {
    const like = (item: MapClass) => (found instanceof Error ? [label("Most like it"), absence(found, ask)] : mostLike(found.classes, item.index, found.layer, model.classCount - 1, links));
    const parts = known ? [...takenFor(known.confusions, known.images, links), ...like(known)] : [];
    redraw(about, () => about.replaceChildren(...parts));
  });
  const drawMovers = remember((found: typeof movers, index: number | null): void => {
    const parts = found === undefined || found instanceof Error ? [label("Change company most", "", "", "h2"), absence(found, askMovers)] : moversList(found, index, model.classCount, shorten, links);
    redraw(moving, () => moving.replaceChildren(...parts));
  });

  function askMovers(): void {
    findMovers(api, model).catch((error: Error) => error).then((found) => ((movers = found), draw()));
  }

  return {
    update(next: SideShown): void {
      if (!shown) askMovers();
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

const countOf = ({ company }: Company, key: string): number | null => company.find(({ group }) => keyOf(group) === key)?.count ?? null;

const companyOf = remember((company: readonly Company[], { company: groups, look }: Chosen): Pick<ShownCompany, "rows" | "groups"> => {
  const rows = [...company].reverse().map((row) => ({ layer: row.layer, counts: groups.map(({ key }) => countOf(row, key)) }));
  return { rows, groups: groups.map(({ key, name }) => ({ key, name, look: look(key) })) };
});
