// The list of classes next to a graph or a map: its order, its group, its filter.
import { hasCode, spoken } from "../api";
import { candidates, keyOf, titleOf } from "../chosen";
import type { Context } from "../context";
import { debounce, h, latest, write } from "../dom";
import { number, shellWord } from "../format";
import { type Change, START, type State } from "../state";
import type { ClassGroup, ListedClass } from "../types";
import { classListView } from "../views/classList";
import { groupSelect } from "../views/groupSelect";
import { ordersView } from "../views/orders";
import { statusView } from "../views/status";
import { createListing, type Listing } from "./listing";

const ORDER = { index: "INDEX", name: "NAME", similar: "SIMILARITY", accuracy: "ACCURACY_DESCENDING", "accuracy-up": "ACCURACY_ASCENDING", drop: "DROP_DESCENDING", "drop-up": "DROP_ASCENDING" } as const;

export interface PanelEvents {
  target(index: number): Change; // where a row leads
  first?(index: number): void; // no class is chosen, and this is the first
  seen(classes: readonly number[]): void; // rows that can be read
  point(index: number | null): void;
}

export interface PanelMarks {
  readonly users: ReadonlySet<number> | null; // of the pinned channel
  readonly pointed: number | null;
}

export function classPanel(host: HTMLElement, context: Context, events: PanelEvents) {
  const { api, store, links, model, isSite } = context;
  const filter = h("input", { type: "search", class: "filter", placeholder: "Filter", "aria-label": "Filter classes" });
  const choices = h("div", { class: "choices", role: "group", "aria-label": "Order" });
  const select = groupSelect((group) => store.set({ group }, "replace"));
  const total = h("p", { class: "total second", "aria-live": "polite" });
  const scroll = h("div", { class: "scroll", tabindex: "-1" });
  const body = h("div", { class: "body" }, scroll);
  host.append(h("div", { class: "order" }, choices, total), h("div", { class: "order" }, filter, select.element), body);

  const listing = createListing(api, arrived, failed);
  const updateOrders = ordersView(choices, (sort) => store.set({ sort }, "replace"));
  const list = classListView(scroll, links, { ...events, need: listing.need });
  const status = statusView(body);
  const answerChosen = latest();
  let state = store.get(); // with the layer that is looked at
  let found: Listing | null = null;
  let chosen: ListedClass | null = null;
  let chosenBy = ""; // which drop it was asked for
  let groups: readonly ClassGroup[] = [];
  let hasAccuracy = false;
  let unknown: number | null = null; // a class in the address that the model does not have
  let marks: PanelMarks = { users: null, pointed: null };

  filter.addEventListener("input", debounce(120, load));
  scroll.addEventListener("click", (event) => {
    const other = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-compare]")?.dataset["compare"] : undefined;
    if (other !== undefined) compareWith(Number(other));
  });

  function compareWith(index: number): void {
    const { class: first } = store.get();
    store.set({ room: "compare", classes: first === null || first === index ? [index] : [first, index], pin: null });
  }

  function know(list: readonly ClassGroup[]): void {
    if (list === groups) return;
    groups = list;
    select.fill(list, store.get().group);
  }

  /** An answer that is kept until a group is. */
  function loadGroups(): void {
    api.groups(model.id).then(know, () => undefined); // the list stands without them
  }

  /** Similar to a class that does not exist is no order; the list falls back to the index, the graph says what is wrong. */
  function load(): void {
    const similarTo = state.class !== null && state.class !== unknown ? state.class : null;
    const orderBy = sort() === "similar" && similarTo === null ? ("INDEX" as const) : ORDER[sort()];
    const question = { model: model.id, search: filter.value.trim() || null, group: state.group, orderBy, similarTo, layer: similarTo === null ? null : state.layer, ...byDrop() };
    const isOther = listing.ask(question);
    if (isOther) status.loading();
    if (found && isOther) draw(); // the row that was chosen is marked at once
    else if (found) settle(found);
  }

  /** Of the graphs that are shown; the map's are those by activation. */
  const score = () => spoken(state.room === "map" ? START.score : state.score);
  const isChecked = () => !isSite && model.scores.some((item) => item.checked > 0 && item.score === score());
  const isByDrop = () => state.sort.startsWith("drop");
  /** The order as far as it can hold. */
  const sort = () => (isByDrop() && !isChecked() ? "index" : state.sort);
  /** Where the order is by what classes lose: by which graphs. */
  const byDrop = () => (sort() !== "index" && isByDrop() ? { score: score(), byDrop: true } : {});

  function failed(error: Error, retry: () => void, isFurther: boolean): void {
    if (isFurther) return status.failed(error, () => (status.loading(), retry()));
    if (hasCode(error, "NOT_FOUND") && state.class !== null && unknown !== state.class) {
      unknown = state.class;
      return load();
    }
    found = null;
    draw();
    const tell = () => {
      const same = candidates(state.group, groups).map((group) => links.to({ group: keyOf(group) }, { class: "button" }, titleOf(group, groups)));
      status.failed(error, again, ...same, links.to({ group: null, layer: null }, { class: "button" }, "Show all classes"));
    };
    void api.groups(model.id).then(know).then(tell, tell); // the name may be several groups'
  }

  /** Everything, also whether the class exists. */
  function again(): void {
    unknown = null;
    listing.forget();
    load();
  }

  function arrived(next: Listing): void {
    found = next;
    hasAccuracy ||= next.classes.some((item) => item.accuracy !== null);
    settle(next);
    status.clear();
    if (!next.classes.length) status.empty(filter.value ? `No class is called “${filter.value}”.` : "No class is in this group.");
  }

  /** Draws the list; where no class is chosen yet, the first of it may be. */
  function settle(next: Listing): void {
    updateOrders(sort(), { accuracy: hasAccuracy, drop: isChecked() });
    const isUnknown = state.sort.startsWith("accuracy") ? !hasAccuracy && "no accuracies are known" : isByDrop() && !isChecked() && `summit check ${shellWord(model.id)} measures it`;
    context.idle({ sort: isUnknown || null });
    findChosen(next.classes);
    draw();
    const [top] = next.classes;
    if (store.get().class === null && top) events.first?.(top.index);
  }

  /** The chosen class heads the list, even where it is not in it. */
  function findChosen(classes: readonly ListedClass[]): void {
    const index = state.class;
    const keep = (item: ListedClass) => void (chosen = { ...item, similarity: sort() === "similar" ? 1 : null });
    answerChosen.forget();
    if (index === null || index === unknown) return void (chosen = null);
    const listed = classes.find((item) => item.index === index);
    const isKnown = chosen?.index === index && chosenBy === JSON.stringify(byDrop());
    chosenBy = JSON.stringify(byDrop());
    if (listed) return void (chosen = listed);
    if (chosen && isKnown) return keep(chosen);
    chosen = null;
    answerChosen(api.listed(model.id, index, byDrop()), (item) => (keep(item), draw()), () => undefined); // the graph or the map says what is wrong
  }

  function draw(): void {
    const others = (found?.classes ?? []).filter((item) => item.index !== chosen?.index);
    const count = found?.total ?? 0;
    const rows = count - ((found?.classes.length ?? 0) - others.length);
    list.update({ ...marks, classes: others, total: rows, chosen: found && chosen, wanted: state.class, order: `${sort()} ${JSON.stringify(byDrop())} ${state.group} ${filter.value} ${state.sort === "similar" ? `${state.class} ${state.layer}` : ""}` });
    write(total, found && count < model.classCount ? `${number(count)} of ${number(model.classCount)}` : "");
  }

  return {
    /** layer  where similarity is measured; null: over all */
    update(next: State, layer: string | null): void {
      if (next.group !== state.group || layer !== state.layer) unknown = null; // it may have been the other that is unknown
      state = { ...next, layer };
      select.update(state.group);
      updateOrders(sort(), { accuracy: hasAccuracy, drop: isChecked() });
      loadGroups();
      load();
    },
    mark(next: Partial<PanelMarks>): void {
      const isOther = next.users !== undefined && next.users !== marks.users;
      marks = { ...marks, ...next };
      list.point(marks.pointed);
      if (isOther) draw();
    },
    /** Graphs have changed, and with them what is similar. */
    renew(): void {
      chosenBy = "";
      listing.forget();
    },
  };
}
