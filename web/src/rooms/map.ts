// Map: the classes as points, near where they use the same channels; one layer at a time, and the way between layers.
import type { MakeRoom } from "../context";
import { h, latest, nextFrame, write } from "../dom";
import { withName } from "../format";
import { shortener } from "../layout/names";
import { pinToId } from "../layout/relate";
import { remember } from "../remember";
import { findEverything } from "../search";
import type { State } from "../state";
import type { Embedding, MapClass } from "../types";
import { legendView } from "../views/map/legend";
import { mapView } from "../views/map/map";
import { stripView } from "../views/map/strip";
import { menu } from "../views/menu";
import { faultLine, statusView } from "../views/status";
import { tableSwitch, twinView } from "../views/twin";
import { classPanel } from "./classPanel";
import { ACCURACY, type Chosen, chosenGroups, embeddingAt, groupNames, loadMapData, type MapData, paintOf } from "./mapData";
import { mapExports } from "./mapExport";
import { LEAST, legendOf, notesOn, strangersOn, whyEmpty } from "./mapNotes";
import { choosing, classNamed, mapTables, mapTitle, partsOf, shownMap } from "./mapShown";
import { mapSide } from "./mapSide";
import { createUsers } from "./users";

export const mapRoom: MakeRoom = (host, context) => {
  const { api, store, links, model, names } = context;
  const left = h("aside", { class: "left", "aria-label": "Classes" });
  const title = h("div", { class: "title" });
  const tools = h("div", { class: "tools" });
  const plot = h("div", { class: "plot" });
  const stage = h("div", { class: "stage" }, plot);
  const notes = h("p", { class: "notes second" });
  const legend = h("div", { class: "legend" });
  const strip = h("div", { class: "strip-host" });
  const right = h("aside", { class: "right", "aria-label": "Details" });
  const word = h("p", { class: "unseen", role: "status" });
  const fault = faultLine("notes second", () => users.retry());
  host.append(left, h("section", { class: "middle" }, h("div", { class: "bar" }, title, tools), stage, fault.element, notes, legend, strip, word), right);

  names.listen((isOwn) => isOwn && drawBeside(), context.gone);

  const shorten = shortener(model.layers);
  const status = statusView(stage);
  const answer = latest();
  const users = createUsers(context, () => data && draw());
  let data: MapData | null = null;
  let item: MapClass | null = null; // the chosen class
  let pointed: number | null = null;
  let seen: ReadonlySet<number> = new Set();
  let isLassoing = false;

  const lasso = h("button", { class: "button", "aria-pressed": "false", title: "Draw around classes to take them as a group (Shift-drag)", onclick: () => lassoing(!isLassoing) }, "Lasso");
  const map = mapView(plot, {
    point,
    choose: (index) => store.set({ class: index }),
    open: (index) => store.set({ room: "explore", class: index }),
    pick(classes) {
      lassoing(false);
      store.set({ picked: classes }, "replace");
    },
    add(index) {
      const { picked } = store.get();
      store.set({ picked: picked.includes(index) ? picked.filter((other) => other !== index) : [...picked, index] }, "replace");
    },
    isLassoing: () => isLassoing,
  }, context.gone);
  const panel = classPanel(left, context, {
    target: (index) => ({ class: index }),
    seen(classes) {
      seen = new Set(classes);
      drawMap();
    },
    point,
  });
  const side = mapSide(right, context, (found) => {
    item = found;
    drawMap();
    drawTables();
  }, load);
  const tables = tableSwitch(store);
  const updateTwin = twinView(stage, links, (value) => choosing(model, data)(value));
  const updateTitle = mapTitle(title, () => store.set({ pin: null }));
  const updateStrip = stripView(strip, (layer) => store.set({ layer }), context.gone);
  const updateLegend = legendView(legend, {
    find: (text) => findEverything(api, model, text, { group: (key) => colour([...colours(), key]) }),
    remove: (key) => colour(colours().filter((other) => other !== key)),
    accuracy: (on) => store.set({ colours: on ? [ACCURACY] : [] }, "replace"),
  });
  tools.append(lasso, h("button", { class: "button", title: "Fit (0)", onclick: map.fit }, "Fit"), tables.element, menu("Export", mapExports(exported, (error) => status.failed(error, () => status.clear()))));

  const colour = (keys: readonly string[]) => store.set({ colours: [...new Set(keys)] }, "replace");
  const colours = (): string[] => chosen()?.coloured.map(({ key }) => key) ?? [];
  const chosen = (): Chosen | null => data && groupsOf(data, model, store.get().colours, store.get().company);
  const groupsOf = remember(chosenGroups);
  const paint = remember(paintOf);
  const namesAt = remember(groupNames);
  const shown = (): Embedding | null => data && embeddingAt(data, store.get().layer);
  const nameOf = (index: number): string => classNamed(data, index);
  const live = () => ({ state: store.get(), item, pointed, seen, users: users.get(), total: users.total() });

  function lassoing(on: boolean): void {
    isLassoing = on;
    lasso.setAttribute("aria-pressed", String(on));
    plot.classList.toggle("lassoing", on);
  }

  function point(index: number | null): void {
    if (index === pointed) return;
    pointed = index;
    word.textContent = index === null ? "" : nameOf(index);
    panel.mark({ pointed });
    drawMap();
  }

  function exported() {
    const [embedding, groups] = [shown(), chosen()];
    if (!data || !embedding || !groups) return null;
    return { context, embedding, name: nameOf, svg: map.picture(), headings: title.querySelectorAll("h1, p"), stage: plot };
  }

  function load(): void {
    status.loading("Opening the map…");
    answer(loadMapData(api, model), (found) => {
      data = found;
      status.clear();
      draw();
    }, (error) => status.failed(error, load));
  }

  function draw(): void {
    const [embedding, groups] = [shown(), chosen()];
    const isThere = partsOf(data, groups, embedding) !== null;
    for (const part of [tools, legend, strip, notes]) part.hidden = !isThere;
    drawBeside();
    if (!data) return;
    if (!isThere || !embedding || !groups) return sayEmpty(data, embedding);
    status.clear();
    drawMap();
  }

  /** What stands around the map follows one frame later, so that the click and the first step of the motion are quick. */
  const drawBeside = nextFrame(() => {
    const [embedding, groups] = [shown(), chosen()];
    panel.update(store.get(), embedding?.layer ?? store.get().layer);
    panel.mark({ users: users.get() });
    fault.say(users.failure());
    drawTables();
    if (!data || !embedding || !groups || !partsOf(data, groups, embedding)) return;
    drawTitle(embedding);
    updateStrip({ embeddings: data.embeddings, paint: paint(data, groups), layer: embedding.layer, chosen: store.get().class, shorten });
    updateLegend(legendOf(data, groups, embedding, paint(data, groups)));
    side.update({ data, chosen: groups, embedding });
  }, context.gone);

  function drawMap(): void {
    const parts = partsOf(data, chosen(), shown());
    map.update(parts && shownMap(parts, live(), paint(parts.data, parts.groups), () => namesAt(parts.groups, parts.embedding), shorten));
  }

  function drawTables(): void {
    const parts = partsOf(data, chosen(), shown());
    const { table } = store.get();
    tables.update(store.get());
    updateTwin(parts ? `Classes at ${parts.embedding.layer}` : "Classes", table && parts ? mapTables(parts, live(), model) : null);
  }

  function sayEmpty(from: MapData, embedding: Embedding | null): void {
    updateTitle(null, null, null);
    map.update(null);
    const elsewhere = links.to({ layer: null }, { class: "button" }, "Show another layer");
    const again = h("button", { class: "button", onclick: load }, "Look again");
    const ways = model.classCount < LEAST ? [] : from.embeddings.length ? [elsewhere] : context.isSite ? [] : [again];
    status.empty(whyEmpty(context, from.embeddings.length, embedding, store.get().layer), ...ways);
  }

  function drawTitle(embedding: Embedding): void {
    const marked = users.get();
    const { pin } = store.get();
    updateTitle(embedding, pin && withName(pin, names.own(pinToId(model.id, pin))), marked && { marked: marked.size, total: users.total() });
    context.name(`Map at ${embedding.layer}`);
    write(notes, [...(data ? strangersOn(context, data, store.get()) : []), ...notesOn(context, embedding, nameOf)].join(" "));
    notes.hidden = notes.textContent === "";
  }

  function release(): void {
    const { picked, pin } = store.get();
    if (isLassoing) return lassoing(false);
    point(null);
    if (picked.length) store.set({ picked: [] }, "replace");
    else if (pin !== null) store.set({ pin: null }, "replace");
    else store.set({ class: null }, "replace");
  }

  function update(state: State): void {
    users.want(state.pin === null ? null : pinToId(model.id, state.pin));
    if (data === null) load();
    draw();
  }

  return { update, fit: map.fit, zoom: map.zoom, release };
};
