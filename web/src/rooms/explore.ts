// Explore: the classes at the left, one class's attribution graph in the middle, what is pointed at on the right.
import { SIMILAR } from "../api";
import type { MakeRoom } from "../context";
import { createDetails } from "../details";
import { type Cut, cutOf, raisedLayers, STORED } from "../cut";
import { h, latest, mark } from "../dom";
import { pictureMenu } from "../export";
import { important, lastSeen, layoutGraph } from "../layout/graph";
import { chooseRows, countLayers, cutRows, DEPTH } from "../layout/depth";
import { idToPin, isEdge, pinToId } from "../layout/relate";
import type { Scene } from "../layout/scene";
import { arrivingPictures } from "../pictures/arriving";
import { pictureCard } from "../pictures/card";
import { dressed } from "../pictures/dressed";
import { knownPictures } from "../pictures/known";
import { pictureSwitch } from "../pictures/switch";
import { pointedChannel, pointedEdge } from "../pointed";
import { findEverything } from "../search";
import { onlyClassDiffers, type State } from "../state";
import { graphTwins } from "../tables/graph";
import { pinning } from "../tables/twin";
import type { ClassView, ClassWithGraph, SimilarClass } from "../types";
import { depthView } from "../views/depth";
import { absent, detailView } from "../views/detail";
import { graphView } from "../views/graph";
import { menu } from "../views/menu";
import { classOverview } from "../views/overview";
import { picker } from "../views/picker";
import { sliderView } from "../views/slider";
import { statusView } from "../views/status";
import { tableSwitch, twinView } from "../views/twin";
import { cutBar } from "./cutBar";
import { dataMenu } from "./exploreExport";
import { explorePanel } from "./explorePanel";
import { exploreTitle, whyNothing } from "./exploreTitle";

export const exploreRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const left = h("aside", { class: "left", "aria-label": "Classes" });
  const title = h("div", { class: "title" });
  const tools = h("div", { class: "tools" });
  const cutting = h("div", { class: "cutbar", hidden: true });
  const stage = h("div", { class: "stage" });
  const right = h("aside", { class: "right", "aria-label": "Details" });
  host.append(left, h("section", { class: "middle" }, h("div", { class: "bar" }, title, tools), cutting, stage), right);

  let shown: ClassWithGraph | null = null; // with the graph that is drawn
  let stored: ClassWithGraph | null = null; // with the one the database holds
  let isStored = true; // both are one
  let similar: readonly SimilarClass[] = [];
  let similarAt: string | null = null; // the layer where they are
  let scene: Scene | null = null;
  let pointing: string | null = null;
  let min = 0;
  let last: State | null = null; // that was drawn
  let wanted = "";
  let loaded = ""; // what is drawn
  let request = new AbortController();
  const open = new Set<string>();
  const details = createDetails(api, (id) => id === current() && drawDetail());
  const answer = latest();
  const answerSimilar = latest();
  const pictures = knownPictures(api, {
    ofChannel: () => (drawDetail(), card.draw()),
    ofGraph: () => draw(),
    failed: (error) => status.failed(error, () => (status.clear(), draw())),
  });
  const arriving = arrivingPictures(api, (fresh) => {
    if (!shown) return;
    shown = redressed(shown);
    pictures.forget(new Set(fresh.keys()));
    if (store.get().show === null) graph.dress(fresh);
    want();
    drawDetail();
  });
  const card = pictureCard(stage, {
    get: (id) => pictures.get(id, shown?.index ?? null),
    isPatches: () => store.get().show === "patches",
  });
  const shows = pictureSwitch((show) => store.set({ show }, "replace"));

  const pin = (id: string | null) => store.set({ pin: id && idToPin(model.id, id) }, "replace");
  const trace = () => store.set({ trace: !store.get().trace }, "replace");
  const panel = explorePanel(left, context);
  const graph = graphView(stage, {
    beside: right,
    point(id) {
      pointing = id;
      drawDetail();
      want();
    },
    pin,
    open({ layer }) {
      open.add(layer);
      draw();
    },
  });
  const updateDetail = detailView(right, links, { release: () => pin(null), trace, pin: (id) => (graph.release(), pin(id)) });
  const updateDepth = depthView(stage, (rows) => store.set({ rows }, "replace"));
  const status = statusView(stage);
  const tables = tableSwitch(store);
  const updateTwin = twinView(stage, links, pinning({ model: model.id, layers: new Set(model.layers.map(({ name }) => name)) }));
  const updateTitle = exploreTitle(title, model, () => store.set({ motif: [] }));
  const bar = cutBar(cutting, context, () => {
    wanted = "";
    panel.renew();
  });
  const slider = sliderView(tools, {
    label: "importance",
    about: "Channels in fewer pictures of the class are not drawn",
    slide(value) {
      min = value;
      draw();
    },
    settle: (value) => store.set({ min: value }, "replace"),
  });
  const compare = picker("Compare with…", {
    label: "Compare with a class",
    find: (text) => findEverything(api, model, text, { class: compareWith }),
  });
  const drawn = () => ({ svg: graph.node(), size: graph.size(), unzoomed: graph.unzoomed, headings: title.querySelectorAll("h1, p"), name: shown!.name });
  tools.append(
    shows.element,
    h("button", { class: "button", title: "Fit (0)", onclick: graph.fit }, "Fit"),
    compare.element,
    tables.element,
    menu("Export", {
      ...pictureMenu(drawn, (error) => status.failed(error, () => status.clear())),
      ...dataMenu(model, () => shown && { item: shown, min }),
    }),
  );
  new ResizeObserver(() => draw()).observe(stage);

  function compareWith(index: number): void {
    const { class: current } = store.get();
    if (current !== null) store.set({ room: "compare", classes: [current, index], pin: null });
  }

  /** The class as it is stored, and as it is drawn. Where its PageRank is not kept, no cut is possible: then both are one. */
  async function ask(index: number, cut: Cut | null, signal: AbortSignal): Promise<[ClassView, ClassView]> {
    const { layer } = store.get();
    const found = await api.view(model.id, index, cut, layer, signal).catch(async (error: unknown) => {
      const item = cut === null || signal.aborted ? null : await api.view(model.id, index, null, layer, signal);
      if (!item || item.live) throw error;
      return item;
    });
    return [found, found.cut && found.live ? { ...found, attributionGraph: found.cut } : found];
  }

  function load(index: number, cut: Cut | null): void {
    const key = JSON.stringify([index, cut]);
    if (key === wanted) return;
    wanted = key;
    const retry = () => {
      wanted = "";
      load(index, cut);
    };
    mark(stage, "aria-busy", "true");
    context.banner.clear("room");
    status.loading();
    request.abort(); // a class that was wanted before is not waited for
    request = new AbortController();
    answer(ask(index, cut, request.signal), arrived, (error) => {
      mark(stage, "aria-busy", null);
      if (shown?.index === index) {
        status.clear();
        return bar.failed(error, retry); // the graph that is drawn stays
      }
      if (shown) {
        const { index: former, name } = shown;
        loaded = wanted;
        draw();
        const back = links.to({ class: former }, { class: "button small" }, `Back to ${name}`);
        return context.banner.say("room", `${error.message} The graph of ${name} is still shown.`, back, h("button", { class: "button small", onclick: retry }, "Retry"));
      }
      const first = links.to({ class: null, pin: null, motif: [], min: 0, ...STORED }, { class: "button" }, "Show the first class");
      status.failed(error, retry, first);
      context.name(`class ${index}`);
    });
  }

  function arrived([item, drawn]: readonly [ClassView, ClassView]): void {
    if (shown?.index !== item.index) {
      if (shown) stage.parentElement!.scrollIntoView({ block: "start" }); // on a phone the list stands below the graph
      open.clear();
      pointing = null;
    }
    similar = item.similar;
    similarAt = store.get().layer;
    isStored = item === drawn;
    [stored, shown, loaded] = [item, redressed(drawn), wanted];
    arriving.watch(drawn.attributionGraph.channels.map(({ channel }) => channel));
    mark(stage, "aria-busy", null);
    status.clear();
    context.name(item.name);
    draw();
    want();
    panel.loadMap();
  }

  /** A class's graph with the pictures that have been made since it was asked for. */
  const redressed = <Item extends ClassWithGraph>(item: Item): Item => ({ ...item, attributionGraph: arriving.dress(item.attributionGraph) });

  /** Why nothing is drawn, where that is so, and the way back. */
  function sayEmpty(item: ClassWithGraph): void {
    const why = whyNothing(item, isStored, min);
    if (!why) return status.clear();
    const ways = { stored: () => links.to(STORED, { class: "button" }, "Show the stored graph"), all: () => links.to({ min: 0 }, { class: "button" }, "Show all channels") };
    status.empty(why.words, ...(why.way ? [ways[why.way]()] : []));
  }

  /** At another layer; with a class they come by themselves. */
  function loadSimilar(layer: string | null): void {
    if (!shown || shown.index !== store.get().class || layer === similarAt) return;
    similarAt = layer;
    const keep = (found: readonly SimilarClass[]) => {
      similar = found;
      drawDetail();
    };
    answerSimilar(api.similar(model.id, shown.index, layer, SIMILAR), keep, () => undefined); // the list at the left says why
  }

  function pinned(): string | null {
    const { pin } = store.get();
    return pin === null ? null : pinToId(model.id, pin);
  }

  const current = () => pointing ?? pinned();

  function want(): void {
    details.want(current());
    pictures.want(current(), shown?.index ?? null);
  }

  function laid(): ReadonlySet<string> | null {
    const { motif } = store.get();
    if (!motif.length) return null;
    const edges = motif.map((edge) => pinToId(model.id, edge));
    return new Set(edges.flatMap((edge) => [edge, ...edge.split(">")]));
  }

  function draw(): void {
    tools.hidden = shown === null;
    bar.update(stored, shown?.attributionGraph.origin ?? null); // before the stage is measured
    if (!shown) updateDepth(null);
    if (!shown || !stage.clientWidth) {
      graph.update(null);
      return drawDetail();
    }
    const rows = chooseRows(model.layers, stage.clientHeight, store.get().rows);
    const part = cutRows(model, shown.attributionGraph, rows);
    updateDepth(rows && { layers: model.layers, shown: countLayers(shown.attributionGraph.channels), rows });
    const box = { width: stage.clientWidth - (rows ? DEPTH : 0), height: stage.clientHeight };
    const raised = raisedLayers(shown.attributionGraph.origin, model.layers);
    const other = store.get().show === null ? null : pictures.firstOf(shown.attributionGraph.channels.map(({ channel }) => channel.id), shown.index);
    shows.update(store.get().show);
    scene = layoutGraph(part.model, dressed(part.graph, other), { box, min, open, last: scene ? lastSeen(scene) : new Map(), raised });
    graph.update({ scene, key: String(shown.index), label: `Attribution graph of ${shown.name}`, pinned: pinned(), paths: store.get().trace ? [shown.attributionGraph.edges] : null, laid: laid() });
    if (wanted === loaded) sayEmpty(shown);
    slider.update(min, Math.max(...shown.attributionGraph.channels.map((item) => item.count), 1));
    updateTitle({ shown, stored, drawn: { channels: scene.nodes.length, edges: scene.edges.length }, edges: important(shown.attributionGraph, min).edges, state: store.get() });
    drawTables(shown);
    drawDetail();
  }

  function drawTables(item: ClassWithGraph): void {
    const state = store.get();
    tables.update(state);
    updateTwin(`Attribution graph of ${item.name}`, state.table ? graphTwins(model, important(item.attributionGraph, min), raisedLayers(item.attributionGraph.origin, model.layers)) : null);
  }

  function drawDetail(): void {
    if (!shown) return updateDetail({ kind: "overview", content: [] });
    const id = current();
    const isPinned = id !== null && id === pinned();
    const channel = id && !isEdge(id) ? pointedChannel(model, shown, id) : null;
    const edge = id && isEdge(id) ? pointedEdge(model, shown, id) : null;
    if (channel) updateDetail({ ...channel, pinned: isPinned, traced: store.get().trace, detail: details.get(channel.id), pictures: pictures.get(channel.id, shown.index) });
    else if (edge) updateDetail({ ...edge, pinned: isPinned, detail: details.get });
    else if (id) updateDetail({ kind: "overview", content: [absent(id, shown.name, model, () => pin(null)), ...classOverview({ shown, model, similar, layer: store.get().layer }, links, pin)] });
    else updateDetail({ kind: "overview", content: classOverview({ shown, model, similar, layer: store.get().layer }, links, pin) });
  }

  function update(state: State): void {
    if (state.layer !== null && !model.layers.some(({ name }) => name === state.layer)) return store.set({ layer: null }, "replace");
    const isSwitch = last !== null && onlyClassDiffers(last, state);
    [min, last] = [state.min, state];
    panel.update(state);
    if (state.class !== null) load(state.class, cutOf(state));
    if (!isSwitch || !shown || wanted === loaded) draw(); // else the class that is coming is drawn once it is here
    want();
    loadSimilar(state.layer);
  }

  return { update, fit: graph.fit, zoom: graph.zoomBy, trace, release: () => (graph.release(), pin(null)) };
};
