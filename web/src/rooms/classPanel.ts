// The left of Explore: the minimap, the order, the group, and the list of classes.
import { ApiError } from "../api";
import { candidates, titleOf } from "../chosen";
import type { Context } from "../context";
import { debounce, h, latest, mark } from "../dom";
import { number } from "../format";
import type { Sort, State } from "../state";
import type { ClassGroup, ListedClass, Page } from "../types";
import { classListView, type ListedClasses } from "../views/classList";
import { minimapView } from "../views/minimap";
import { statusView } from "../views/status";

const PAGE = 60;
const SORTS: Readonly<Record<Sort, string>> = { similar: "Similar", name: "Name", index: "Index", accuracy: "Accuracy" };
const ORDER = { index: "INDEX", name: "NAME", similar: "SIMILARITY", accuracy: "ACCURACY" } as const;

export function classPanel(host: HTMLElement, { api, store, links, model }: Context, first: (index: number) => void) {
  const filter = h("input", { type: "search", class: "filter", placeholder: "Filter", "aria-label": "Filter classes" });
  const sorts = (Object.entries(SORTS) as [Sort, string][]).map(([sort, name]) => {
    return { sort, button: h("button", { class: "button small", onclick: () => store.set({ sort }, "replace") }, name) };
  });
  const choices = h("div", { class: "choices", role: "group", "aria-label": "Order" }, ...sorts.map(({ button }) => button));
  const groupSelect = h("select", { class: "groups", "aria-label": "Group" });
  const total = h("p", { class: "total second", "aria-live": "polite" });
  const map = h("section", { class: "map" });
  const scroll = h("div", { class: "scroll" });
  const body = h("div", { class: "body" }, scroll);
  host.append(map, h("div", { class: "order" }, choices, total), h("div", { class: "order" }, filter, groupSelect), body);

  const updateMap = minimapView(map, (layer) => store.set({ layer, sort: "similar" }));
  const updateList = classListView(scroll, links, { more: () => void loadMore() });
  const status = statusView(body);
  const answer = latest();
  let asked = "";
  let page: Page<ListedClass> | null = null;
  let known: readonly ListedClass[] = [];
  let groups: readonly ClassGroup[] = [];
  let hasAccuracy = false;
  let loadingMore = false;
  let unknown: number | null = null; // a class in the address that the model does not have

  filter.addEventListener("input", debounce(120, () => load(store.get())));
  groupSelect.addEventListener("change", () => store.set({ group: groupSelect.value || null }, "replace"));
  void api.groups(model.id).then(drawGroups, () => drawGroups([]));

  function drawGroups(list: readonly ClassGroup[]): void {
    const byName = [...list].sort((a, b) => a.name.localeCompare(b.name));
    groups = list;
    groupSelect.replaceChildren(h("option", { value: "" }, "All groups"));
    groupSelect.append(...byName.map((group) => h("option", { value: group.wnid }, `${titleOf(group, list)} (${number(group.classCount)})`)));
    groupSelect.hidden = list.length === 0;
    groupSelect.value = store.get().group ?? "";
  }

  /** Similar to a class that does not exist is no order; the list falls back to the index, the graph says what is wrong. */
  const question = (state: State) => {
    const similar = state.sort === "similar" && state.class !== null && state.class !== unknown;
    return {
      model: model.id,
      search: filter.value.trim() || null,
      group: state.group,
      orderBy: state.sort === "similar" && !similar ? ("INDEX" as const) : ORDER[state.sort],
      similarTo: similar ? state.class : null,
      layer: similar ? state.layer : null,
      first: PAGE,
    };
  };

  function load(state: State): void {
    const next = question(state);
    const key = JSON.stringify(next);
    if (key === asked) return page ? settle(page) : undefined;
    asked = key;
    status.loading();
    const found = api.classes(next).catch(async (error: unknown) => {
      groups = await api.groups(model.id).catch(() => groups); // the name may be several groups'
      throw error;
    });
    answer(found, arrived, failed);
  }

  function failed(error: Error): void {
    const state = store.get();
    if (error instanceof ApiError && error.code === "NOT_FOUND" && unknown !== state.class) {
      unknown = state.class;
      return load(state);
    }
    const retry = () => {
      asked = "";
      load(store.get());
    };
    [page, known] = [null, []];
    draw(state);
    const same = candidates(state.group, groups).map((group) => links.to({ group: group.wnid }, { class: "button" }, titleOf(group, groups)));
    status.failed(error, retry, ...same, links.to({ group: null, layer: null }, { class: "button" }, "Show all classes"));
  }

  function arrived(found: Page<ListedClass>): void {
    [page, known] = [found, found.nodes];
    hasAccuracy ||= found.nodes.some((item) => item.accuracy !== null);
    settle(found);
    status.clear();
    if (!known.length) status.empty(filter.value ? `No class is called “${filter.value}”.` : "No class is in this group.");
  }

  /** Draws the list; where no class is chosen yet, the first of it is. */
  function settle(found: Page<ListedClass>): void {
    drawSorts(store.get());
    draw(store.get());
    const [top] = found.nodes;
    if (store.get().class === null && top) first(top.index);
  }

  async function loadMore(): Promise<void> {
    if (loadingMore || !page?.pageInfo.hasNextPage) return;
    loadingMore = true;
    const from = asked;
    try {
      const next = await api.classes({ ...question(store.get()), after: page.pageInfo.endCursor });
      if (from === asked) {
        [page, known] = [next, [...known, ...next.nodes]];
        draw(store.get());
      }
    } catch (error) {
      status.failed(error as Error, () => void loadMore());
    } finally {
      loadingMore = false;
    }
  }

  function draw(state: State): void {
    const by: ListedClasses["by"] =
      state.sort === "similar" && known[0]?.similarity != null ? "similarity" : state.sort === "accuracy" ? "accuracy" : "index";
    updateList({ classes: known, chosen: state.class, by, more: page?.pageInfo.hasNextPage ?? false });
    const count = page?.totalCount ?? 0;
    total.textContent = page && count < model.classCount ? `${number(count)} of ${number(model.classCount)}` : "";
  }

  function drawSorts(state: State): void {
    for (const { sort, button } of sorts) {
      button.hidden = sort === "accuracy" && !hasAccuracy;
      mark(button, "aria-pressed", String(state.sort === sort));
    }
  }

  return {
    update(state: State): void {
      updateMap(model.layers, state.sort === "similar" ? state.layer : null);
      groupSelect.value = state.group ?? "";
      drawSorts(state);
      load(state);
    },
    /** Graphs have changed, and with them what is similar. */
    renew: () => void (asked = ""),
  };
}
