// Explore: the classes at the left, one class's attribution graph in the middle, what is pointed at on the right.
import { EVERY } from "../attributed";
import type { MakeRoom } from "../context";
import { createDetails } from "../details";
import { type Cut, cutOf, raisedLayers, STORED } from "../cut";
import { h, latest, mark } from "../dom";
import { shellWord } from "../format";
import { rowDrops } from "../drops";
import { idsOf } from "../ids";
import { important, lastSeen, layoutGraph } from "../layout/graph";
import { chooseRows, countLayers, cutRows, DEPTH } from "../layout/depth";
import { crowned, isOutput, withClass } from "../output";
import { idToPin, laidOver, pinToId } from "../layout/relate";
import type { Scene } from "../layout/scene";
import { arrivingPictures } from "../pictures/arriving";
import { pictureCard } from "../pictures/card";
import { closerPictures } from "../pictures/closer";
import { dressed } from "../pictures/dressed";
import { knownPictures } from "../pictures/known";
import { pictureSwitch } from "../pictures/switch";
import { findEverything } from "../search";
import { unitsOf } from "../units";
import { called, onlyClassDiffers, type Score, type State } from "../state";
import { pairsOf, subsetTwins } from "../subsets";
import { graphTwins } from "../tables/graph";
import { pinning } from "../tables/twin";
import type { ClassView, ClassWithGraph } from "../types";
import { depthView } from "../views/depth";
import { detailView } from "../views/detail";
import { graphView } from "../views/graph";
import { classNote } from "../views/called";
import { classOverview } from "../views/overview";
import { picker } from "../views/picker";
import { scoreSelect } from "../views/scoreSelect";
import { statusView } from "../views/status";
import { tableSwitch, twinView } from "../views/twin";
import { askView } from "./classView";
import { createComplaint } from "./complaint";
import { cutBar } from "./cutBar";
import { exploreDetail } from "./exploreDetail";
import { exploreExport, type Saved } from "./exploreExport";
import { exploreKinds } from "./exploreKinds";
import { explorePanel } from "./explorePanel";
import { exploreTitle, whyNothing } from "./exploreTitle";
import { exploreTools } from "./exploreTools";
import { createWhy } from "./exploreWhy";
import { createSimilar } from "./similar";
import { must } from "../must";

export const exploreRoom: MakeRoom = (host, context) => {
  const { api, store, links, model, names } = context;
  const left = h("aside", { class: "left", "aria-label": "Classes" });
  const title = h("div", { class: "title" });
  const tools = h("div", { class: "tools" });
  const cutting = h("div", { class: "cutbar", hidden: true });
  const stage = h("div", { class: "stage" });
  const right = h("aside", { class: "right", "aria-label": "Details" });
  host.append(left, h("section", { class: "middle" }, h("div", { class: "bar" }, title, tools), cutting, stage), right);

  let shown: ClassView | null = null; // with the graph that is drawn
  let stored: ClassView | null = null; // with the one the database holds
  let isStored = true; // both are one
  let scene: Scene | null = null;
  let pointing: string | null = null;
  let shownBy: Score = "activation"; // the graph that is drawn
  let last: State | null = null; // that was drawn
  let wanted = "";
  let loaded = ""; // what is drawn
  let request = new AbortController();
  const open = new Set<string>();
  const details = createDetails(api, (id) => id === current() && drawDetail());
  const why = createWhy(context, () => drawDetail());
  const similar = createSimilar(context, () => drawDetail());
  const complaint = createComplaint(context, "explore");
  const answer = latest();
  const pictures = knownPictures(api, {
    ofChannel: () => (drawDetail(), card.draw(), closer.draw()),
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
    nameOf: names.of,
    isPatches: () => store.get().show === "patches",
  });
  const closer = closerPictures(stage, { get: (id) => pictures.get(id, shown?.index ?? null), want: (ids) => pictures.wantAll(ids, shown?.index ?? null) });
  const scores = scoreSelect(model, store);
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
    open: ({ layer }) => (open.add(layer), draw()),
    moved: (transform) => closer.follow(transform),
  });
  const updateDetail = detailView(right, links, names, unitsOf(model), { release: () => pin(null), trace, pin: (id) => (graph.release(), pin(id)) });
  const updateDepth = depthView(stage, (rows) => store.set({ rows }, "replace"));
  const status = statusView(stage);
  const tables = tableSwitch(store);
  const updateTwin = twinView(stage, links, pinning(idsOf(model), names.own));
  const updateTitle = exploreTitle(title, context, () => store.set({ motif: [] }));
  const kinds = exploreKinds(context);
  const bar = cutBar(cutting, context, { scores: scores.element, kinds: kinds.element }, () => {
    wanted = "";
    for (const part of [panel, details, why]) part.renew();
  });
  const limits = exploreTools(tools, context, () => draw());
  stage.before(limits.emptied);
  const compare = picker("Compare with…", {
    label: "Compare with a class",
    find: (text) => findEverything(api, model, text, { class: compareWith }),
  });
  const drawn = () => ({ layers: graph.layers(), size: graph.size(), unzoomed: graph.unzoomed, headings: [...title.querySelectorAll("h1, p"), ...kinds.legend()], name: called(must(shown).name, shownBy) });
  const unsaved = (error: Error, retry?: () => void) => status.failed(error, () => (status.clear(), retry?.()));
  function saved(): Saved {
    const item = must(shown);
    return { item: passing(item), isLive: item.live, kinds: kinds.obeyed(item), by: kinds.by(item), score: shownBy, ...limits.get() };
  }
  tools.append(
    shows.element,
    limits.view,
    h("button", { class: "button", title: "Fit (0)", onclick: graph.fit }, "Fit"),
    compare.element,
    tables.element,
    exploreExport(context, { saved, drawn, failed: unsaved }),
  );
  new ResizeObserver(() => draw()).observe(stage);
  names.listen((isOwn) => (isOwn ? draw() : drawDetail(), card.draw()), context.gone);

  function compareWith(index: number): void {
    const { class: current } = store.get();
    if (current !== null) store.set({ room: "compare", classes: [current, index] }); // what is pinned stays so
  }

  function load(index: number, cut: Cut | null, score: Score): void {
    const key = JSON.stringify([index, cut, score]);
    if (key === wanted) return complaint.again();
    wanted = key;
    const { layer } = store.get();
    const retry = () => {
      wanted = "";
      load(index, cut, score);
    };
    mark(stage, "aria-busy", "true");
    complaint.drop();
    status.loading();
    request.abort(); // a class that was wanted before is not waited for
    request = new AbortController();
    answer(askView(api, { model: model.id, index, layer, score, cut }, request.signal), (found) => arrived(found, layer, score), (error) => {
      mark(stage, "aria-busy", null);
      const ways = score === "activation" ? [] : [links.to({ score: "activation" }, { class: "button small" }, "Show the graph by activation")];
      if (shown?.index === index && shownBy === score) {
        status.clear();
        return bar.failed(error, retry); // the graph that is drawn stays
      }
      if (shown) {
        const { index: former, name } = shown;
        loaded = wanted;
        draw();
        const back = former === index ? [] : [links.to({ class: former, score: shownBy }, { class: "button small" }, `Back to ${name}`)];
        return complaint.say(`${error.message} The graph of ${name} by ${shownBy} is still shown.`, ...ways, ...back, h("button", { class: "button small", onclick: retry }, "Retry"));
      }
      const first = links.to({ class: null, pin: null, motif: [], min: 0, ...STORED }, { class: "button" }, "Show the first class");
      status.failed(error, retry, ...ways, first);
      context.name(`class ${index}`);
    });
  }

  function arrived([item, drawn]: readonly [ClassView, ClassView], layer: string | null, score: Score): void {
    if (shown?.index !== item.index) {
      if (shown) must(stage.parentElement).scrollIntoView({ block: "start" }); // on a phone the list stands below the graph
      open.clear();
      pointing = null;
    }
    similar.bring({ classes: item.similar, layer });
    isStored = item === drawn;
    shownBy = score;
    [stored, shown, loaded] = [item, redressed(drawn), wanted];
    if (!context.isSite) arriving.watch(drawn.attributionGraph.channels.map(({ channel }) => channel));
    mark(stage, "aria-busy", null);
    status.clear();
    context.name(item.name);
    draw();
    want();
    loadSimilar(store.get().layer);
    panel.loadMap();
  }

  /** A class's graph with the pictures that have been made since it was asked for. */
  const redressed = <Item extends ClassWithGraph>(item: Item): Item => ({ ...item, attributionGraph: arriving.dress(item.attributionGraph) });

  /** With the edges that are drawn. */
  const passing = <Item extends ClassWithGraph>(item: Item): Item => kinds.of(item, limits.get().weight);

  /** Why nothing is drawn, where that is so, and the way back. */
  function sayEmpty(item: ClassWithGraph): void {
    const why = whyNothing(item, isStored, limits.get().min, unitsOf(model).count, context.isSite ? "" : ` Run summit extract ${shellWord(model.id)}.`);
    if (!why) return status.clear();
    const ways = { stored: () => links.to(STORED, { class: "button" }, "Show the stored graph"), all: () => links.to({ min: 0 }, { class: "button" }, "Show all channels") };
    status.empty(why.words, ...(why.way ? [ways[why.way]()] : []));
  }

  /** At another layer; with a class they come by themselves. */
  function loadSimilar(layer: string | null): void {
    if (shown && shown.index === store.get().class) similar.want(shown.index, layer);
  }

  /** What a check found about the graph that is drawn: it belongs to the stored one. */
  const faithfulness = () => (isStored && shown ? shown.faithfulness : null);

  /** The class, what somebody wrote about it, and its graph. */
  function overview(of: ClassView): Node[] {
    const [head, ...rest] = classOverview({ shown: of, model, similar: similar.get(), faithfulness: faithfulness(), score: shownBy, isSpecific: limits.limits().graphs !== null, isSite: context.isSite }, links, { pin, names });
    return [must(head), classNote(of.index, of.name, names), ...rest];
  }

  const pinned = (): string | null => (store.get().pin === null ? null : pinToId(model.id, must(store.get().pin)));
  const current = () => pointing ?? pinned();

  function want(): void {
    details.want(current());
    why.want(shownBy === "activation" && !isOutput(pinned() ?? "") ? pinned() : null, shown, isStored ? null : cutOf(store.get()));
    pictures.want(current(), shown?.index ?? null);
  }

  function draw(): void {
    if (shown) limits.weigh(kinds.by(shown));
    const { min } = limits.get();
    tools.hidden = shown === null;
    kinds.update(shown, min);
    if (shown) limits.update(shown, shownBy, important(kinds.of(shown, EVERY).attributionGraph, min).edges, kinds.by(shown));
    bar.update(stored, shown?.attributionGraph.origin ?? null, shownBy); // before the stage is measured
    if (!shown) updateDepth(null);
    if (!shown || !stage.clientWidth) {
      graph.update(null);
      return drawDetail();
    }
    const rows = chooseRows(model.layers, stage.clientHeight, store.get().rows);
    const part = withClass(model, shown, cutRows(model, shown.attributionGraph, rows));
    updateDepth(rows && { layers: model.layers, shown: countLayers(shown.attributionGraph.channels), rows });
    const box = { width: stage.clientWidth - (rows ? DEPTH : 0), height: stage.clientHeight };
    const raised = raisedLayers(shown.attributionGraph.origin, model.layers);
    const { show, kinds: shownKinds, lanes, probable } = store.get();
    const other = show === null ? null : pictures.firstOf(shown.attributionGraph.channels.map(({ channel }) => channel.id), shown.index);
    shows.update(show);
    scores.update(store.get().score);
    scene = layoutGraph(part.model, dressed(part.graph, other), { box, min, open, last: scene ? lastSeen(scene) : new Map(), raised, drops: rowDrops(faithfulness()), kinds: shownKinds, lanes, probable, ...limits.limits(), weighed: kinds.by(shown) });
    graph.update({ scene, key: String(shown.index), spacing: limits.spaced(), label: `Attribution graph of ${called(shown.name, shownBy)}`, pinned: pinned(), paths: store.get().trace ? [passing(crowned(model, shown)).attributionGraph.edges] : null, laid: laidOver(model.id, store.get().motif), nameOf: (id) => (isOutput(id) ? must(shown).name : names.own(id)) });
    closer.renew();
    if (wanted === loaded) sayEmpty(shown);
    updateTitle({ shown, stored, drawn: { channels: scene.nodes.filter(({ id }) => !isOutput(id)).length, edges: scene.edges.filter(({ id }) => !isOutput(id)).length }, edges: important(passing(shown).attributionGraph, min).edges, by: kinds.by(shown), state: store.get() });
    context.idle(kinds.idle(shown));
    drawTables(shown);
    drawDetail();
  }

  function drawTables(item: ClassView): void {
    tables.update(store.get());
    updateTwin(`Attribution graph of ${called(item.name, shownBy)}`, store.get().table ? [...graphTwins(model, { ...important(passing(item).attributionGraph, limits.get().min), whole: item.attributionGraph.edges, output: item.attributionGraph.output }, raisedLayers(item.attributionGraph.origin, model.layers), shownBy, kinds.by(item), faithfulness()?.layers ?? []), ...subsetTwins(pairsOf(item))] : null);
  }

  function drawDetail(): void {
    const id = current();
    updateDetail(shown ? exploreDetail(context, { shown, score: shownBy, id, by: kinds.by(shown), isPinned: id !== null && id === pinned(), details, pictures, passing, why: (all) => why.draw(must(shown), all), overview: () => overview(must(shown)), release: () => pin(null) }) : { kind: "overview", content: [] });
  }

  function update(state: State): void {
    if (state.layer !== null && !model.layers.some(({ name }) => name === state.layer)) {
      context.banner.mention("layer", `“layer=${state.layer}” in the address names no layer of ${model.id}. Similarity is over all layers.`);
      return store.set({ layer: null }, "correct");
    }
    const isSwitch = last !== null && onlyClassDiffers(last, state);
    last = state;
    limits.follow(state);
    panel.update(state);
    if (state.class !== null) load(state.class, cutOf(state), state.score);
    if (!isSwitch || !shown || wanted === loaded) draw(); // else the class that is coming is drawn once it is here
    want();
    loadSimilar(state.layer);
  }

  return { update, fit: graph.fit, zoom: graph.zoomBy, trace, release: () => (graph.release(), pin(null)) };
};
