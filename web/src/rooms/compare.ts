// Compare: two classes as three zones in every row; three and more as one graph or as a presence matrix.
import type { MakeRoom } from "../context";
import { createDetails } from "../details";
import { h, latest } from "../dom";
import { idsOf } from "../ids";
import { layoutPresence } from "../layout/presence";
import { reordered } from "../layout/algebra";
import { countZones, layoutComparison } from "../layout/comparison";
import { chooseRows, countLayers, cutRows, DEPTH } from "../layout/depth";
import { lastSeen } from "../layout/graph";
import { layoutMatrix } from "../layout/matrix";
import { graphsOf } from "../layout/paths";
import { idToPin, isEdge, pinToId } from "../layout/relate";
import type { Scene } from "../layout/scene";
import { closerPictures } from "../pictures/closer";
import { knownPictures } from "../pictures/known";
import { comparedChannel, comparedEdge } from "../pointed";
import { unitsOf } from "../units";
import { countBeyond, isPair, type Pair } from "../probability";
import { graphsMeant } from "../scores";
import { called, type Look, type Score, START, type State } from "../state";
import { comparisonTwins } from "../tables/comparison";
import { OTHER_SCORE, SIDES } from "../subsets";
import { pinning } from "../tables/twin";
import type { ComparedGraph } from "../types";
import { type Chosen, tellOperation } from "../views/choice";
import { depthView } from "../views/depth";
import { kindBar } from "../views/kindBar";
import { absent, detailView, type Pointed } from "../views/detail";
import { graphView } from "../views/graph";
import { type Matrix, matrixView } from "../views/matrix";
import { comparisonOverview } from "../views/overview";
import { statusView } from "../views/status";
import { twinView } from "../views/twin";
import { headAtEnd, presenceHead, zoneHeads } from "../views/zoneHeads";
import { classBar } from "./classBar";
import { createComplaint } from "./complaint";
import { compareExport } from "./compareExport";
import { compareTools } from "./compareTools";
import { NONE } from "./groupSides";
import { listed } from "./separatingWords";
import { separation } from "./separation";
import { compareSubset, type SubsetPair } from "./subsetPair";
import { must } from "../must";

type Found = readonly [ComparedGraph, SubsetPair | null];
const MANY = 12; // classes: more columns than this cannot be read

export const compareRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const title = h("div", { class: "title classesbar" });
  const tools = h("div", { class: "tools" });
  const zones = h("div", { class: "zonebar" });
  const stage = h("div", { class: "stage" });
  const table = h("div", { class: "stage", hidden: true });
  const ranking = h("div", { class: "scroll separates", hidden: true });
  const right = h("aside", { class: "right", "aria-label": "Details" });
  const heading = h("h1", { class: "unseen" });
  const kinds = kindBar(store);
  const middle = h("section", { class: "middle" }, heading, h("div", { class: "bar" }, title, tools), h("div", { class: "kindhost" }, kinds.element), zones, stage, table, ranking);
  host.append(middle, right);

  let shown: ComparedGraph | null = null;
  let classes: readonly number[] = []; // of what is shown
  let shownBy: Score = "activation";
  let halves: SubsetPair | null = null; // of one class, which are shown in place of two classes
  let wanted: string | null = null;
  let loaded: string | null = null; // what is drawn, or could not be
  let scene: Scene | null = null;
  let pointing: string | null = null;
  let formerLook: Look | null = null; // before the ranking
  let notice: (() => void) | null = null; // tells why nothing is shown
  let isTold: boolean | null = null; // whether it stands there; null: something older may
  const names = new Map<number, string>();
  const open = new Set<string>();
  const details = createDetails(api, (id) => id === current() && drawDetail());
  const complaint = createComplaint(context, "compare");
  const pictures = knownPictures(api, { ofChannel: () => closer.draw(), ofGraph: () => undefined, failed: () => undefined });
  const closer = closerPictures(stage, { get: (id) => pictures.get(id, null), want: (ids) => pictures.wantAll(ids, null) });
  const answer = latest();

  const point = (id: string | null) => {
    pointing = id;
    drawDetail();
    details.want(current());
  };
  const pin = (id: string | null) => store.set({ pin: id && idToPin(model.id, id) }, "replace");
  const trace = () => store.set({ trace: !store.get().trace }, "replace");
  const graph = graphView(stage, {
    beside: right,
    point,
    pin,
    open({ layer, block }) {
      open.add(`${layer}:${block}`);
      draw();
    },
    moved(transform) {
      zones.style.setProperty("--zoom", String(transform.k));
      zones.style.setProperty("--pan", String(transform.x));
      closer.follow(transform);
    },
  });
  const events = { beside: right, point, pin: (id: string) => pin(pinned() === id ? null : id) };
  const updateMatrix = matrixView(table, unitsOf(model), { ...events, nameOf: context.names.own });
  const separated = separation(ranking, context, events, () => draw());
  const updateDetail = detailView(right, links, context.names, unitsOf(model), { release: () => pin(null), trace, pin: (id) => (graph.release(), pin(id)) });
  const updateDepth = depthView(stage, (rows) => store.set({ rows }, "replace"));
  const status = statusView(middle);

  const name = () => (areGroups() ? `separate ${store.get().groups.join(" from ")}` : called(`compare ${keys().join(" ")}`, shownBy));
  const unsaved = (error: Error, retry?: () => void) => status.failed(error, () => (status.clear(), retry?.()));
  const drawn = () => ({ layers: graph.layers(), size: graph.size(), unzoomed: <T>(work: () => T) => graph.unzoomed(() => headAtEnd(zones, must(scene), work)), headings: [...middle.querySelectorAll(".classname > .button, .subset, .zonehead b, .zonehead span"), ...kinds.legend()], name: name() });
  const exports = compareExport(context, { shown: () => shown && { part: part(shown), least: choices.least(), kinds: choices.kindsOf(shown), classes, score: shownBy, choice: pair() ? null : chosen(), of: halves, keyOf }, name, drawn, rankings: () => separated.twins(), failed: unsaved });
  const updateTwin = twinView(stage, links, pinning(idsOf(model), context.names.own));
  const choices = compareTools(tools, context, {
    exports,
    moved: () => draw(),
    fit: graph.fit,
    separate: () => store.set({ look: isRanking() ? formerLook : "ranking", groups: [] }),
    first: (index) => [index, ...classes.filter((other) => other !== index)],
  });
  zones.before(choices.emptied);
  new ResizeObserver(() => draw()).observe(stage);

  const set = (next: readonly number[]) => store.set(halves ? { classes: [halves.index], subset: keyOf(must(next[0])) } : { classes: [...new Set(next)], pin: null });
  context.names.listen((isOwn) => (isOwn ? draw() : drawDetail()), context.gone);
  const bar = classBar(title, context, MANY, set);

  const chosen = (): Chosen => choices.chosen(classes.map((index) => ({ index, name: className(index) })));
  const chosenOf = (compared: ComparedGraph) => choices.choose(compared, classes, chosen());
  /** What is chosen of a comparison, with all its edges. */
  const whole = (compared: ComparedGraph): ComparedGraph => (pair() ? compared : chosenOf(compared).graph);
  /** What is drawn of it. */
  const part = (compared: ComparedGraph): ComparedGraph => choices.passing(whole(compared));

  function load(state: State): void {
    const { subset } = state;
    const score = OTHER_SCORE.has(subset) ? START.score : state.score;
    const next = subset === null ? [...new Set(state.classes)].slice(0, MANY) : SIDES;
    const key = `${score} ${subset} ${state.classes.join()}`;
    if (key === wanted) return complaint.again();
    wanted = key;
    tell(null);
    complaint.drop();
    if (next.length < 2) return tooFew(next);
    const here = shown && shownBy === score && subset === null ? reordered(shown, next) : null;
    if (here) {
      answer.forget();
      return arrived([here, null], next, score);
    }
    status.loading();
    const asked = subset === null ? api.compare(model.id, next, score).then((found) => [found, null] as const) : compareSubset(context, state.classes, subset, score);
    answer<Found>(asked, (found) => arrived(found, next, score), (error) => {
      loaded = key;
      const retry = () => ((wanted = null), load(state));
      const ways = score === "activation" ? [] : [links.to({ score: "activation" }, { class: "button small" }, "Compare graphs by activation")];
      if (!shown) return tell(() => status.failed(error, retry, ...ways, links.to({ classes: [] }, { class: "button" }, "Choose other classes"))), drawStatus(false);
      status.clear();
      const back = links.to({ ...(halves ? { classes: [halves.index], subset: halves.sides[0] } : { classes }), score: shownBy }, { class: "button small" }, "Back");
      complaint.say(`${error.message} The former comparison is still shown.`, ...ways, back, h("button", { class: "button small", onclick: retry }, "Retry"));
    });
  }

  function tooFew(next: readonly number[]): void {
    [shown, halves, classes, loaded] = [null, null, next, wanted];
    answer.forget();
    const choose = bar.choose(next.length ? "Choose a class" : "Choose the first class", (index) => set([...next, index]));
    const groups = links.to({ look: "ranking", groups: [NONE] }, { class: "button" }, "Compare two groups");
    api.groups(model.id).then(({ length }) => (groups.hidden = length < 1), () => undefined);
    tell(() => status.empty(next.length ? "Choose a class to compare it with." : "Choose two classes to compare.", choose, groups));
    draw();
    for (const index of next) void api.listed(model.id, index).then(({ name }) => (names.set(index, name), draw()), () => undefined);
  }

  function arrived([found, of]: Found, next: readonly number[], score: Score): void {
    [shown, halves, shownBy, loaded] = [found, of, score, wanted];
    for (const item of found.classes) names.set(item.index, item.name);
    classes = next;
    pointing = null;
    open.clear();
    status.clear();
    draw();
    details.want(current());
  }

  const isRanking = () => store.get().look === "ranking" && store.get().subset === null && !halves; // which have no ranking
  const areGroups = () => isRanking() && store.get().groups.length > 0;

  function tell(next: (() => void) | null): void {
    [notice, isTold] = [next, null];
  }

  /** What stands over the stage: why nothing is shown, unless groups are ranked there; or that nothing is chosen of what is shown. */
  function drawStatus(asRanking: boolean): void {
    if (!shown) {
      if (!notice || isTold === !areGroups()) return;
      isTold = !areGroups();
      return isTold ? notice() : status.clear();
    }
    if (wanted !== loaded) return; // another one is on its way
    if (asRanking || whole(shown).channels.length || pair()) return status.clear();
    status.empty(`No channel is ${tellOperation(chosen())}.`, links.to({ operation: "UNION" }, { class: "button" }, "Show all channels"));
  }

  const pinned = (): string | null => (store.get().pin === null ? null : pinToId(model.id, must(store.get().pin)));
  const current = () => pointing ?? pinned();
  const className = (index: number) => names.get(index) ?? `class ${index}`;
  const keyOf = (index: number): string => (halves ? must(halves.sides[SIDES.indexOf(index)]) : String(index));
  const keys = () => [...(halves ? [halves.index] : []), ...classes.map(keyOf)];
  const classesNamed = (between = " compared with ") => `${halves ? `${halves.name}: ` : ""}${classes.map(className).join(between)}`;
  const pair = (): Pair | null => (isPair(classes) ? classes : null);
  const drawTitle = () => bar.update({ classes, of: halves && links.to({ room: "explore", class: halves.index, score: shownBy }, { class: "button", title: "The graph of all its pictures" }, halves.name), beyond: Math.max(0, new Set(store.get().classes).size - MANY), complete: shown !== null, name: className });

  function draw(): void {
    choices.weigh();
    const many = shown !== null && pair() === null;
    const { table: asTables } = store.get();
    const asMatrix = many && chosen().look === "matrix" && !asTables;
    const isRanked = isRanking() && (shown !== null || areGroups());
    const asRanking = isRanked && !(asTables && shown && !areGroups()); // groups have no table
    stage.hidden = asMatrix || asRanking;
    zones.hidden = shown === null || asMatrix || asTables || asRanking; // before the stage is measured
    separated.update(isRanked ? { compared: shown, classes, score: shownBy, name: className } : null, pinned(), asRanking);
    const rankings = isRanked && asTables ? separated.twins() : null;
    const isFiltered = shown !== null && !asMatrix && !asRanking && !rankings;
    choices.update({ isShown: shown !== null, chosen: many ? chosen() : null, areSubsets: halves !== null, areScores: OTHER_SCORE.has(store.get().subset), areGroups: areGroups(), isRanking: isRanking(), isRanked, asRanking, asMatrix, isDrawn: !zones.hidden, isFiltered });
    drawTitle();
    const titled = (between: string) => (areGroups() ? separated.groupNames(between) : classesNamed(between));
    heading.textContent = areGroups() || classes.length ? titled(" compared with ") : "Compare";
    const named = areGroups() || shown ? titled(" · ") : notice && "Compare";
    if (named) context.name(named);
    const isJudged = shown !== null && pair() !== null && countBeyond(shown, must(pair())) !== null;
    kinds.update(shown && isFiltered ? { edges: whole(shown).edges, kinds: store.get().kinds, lanes: many ? store.get().lanes : null, probable: isJudged ? store.get().probable : null, faint: "fainter, dashed: a difference that may be chance" } : null);
    choices.updateLimits(shown && isFiltered ? { compared: shown, all: whole(shown), name: halves ? "this comparison" : listed(classes.map(className)), among: graphsMeant(false, OTHER_SCORE.has(store.get().subset) ? "attribution" : shownBy) } : null);
    updateTwin(classesNamed(), shown && asTables && !asRanking ? (rankings ?? comparisonTwins(part(shown), classes, className, unitsOf(model), shownBy)) : null);
    updateMatrix(asMatrix ? matrixOf(must(shown)) : null);
    if (shown && !asMatrix && !asRanking) drawGraph(shown);
    else drawNothing();
    drawStatus(asRanking);
    drawDetail();
  }

  function drawNothing(): void {
    zones.replaceChildren();
    graph.update(null);
    updateDepth(null);
  }

  function drawGraph(compared: ComparedGraph): void {
    if (!stage.clientWidth) return;
    const two = pair();
    const of = two ? null : chosenOf(compared);
    const drawn = of?.graph ?? compared;
    const rows = chooseRows(model.layers, stage.clientHeight, store.get().rows);
    const part = cutRows(model, drawn, rows);
    updateDepth(rows && { layers: model.layers, shown: countLayers(drawn.channels), rows });
    const box = { width: stage.clientWidth - (rows ? DEPTH : 0), height: stage.clientHeight };
    const options = { box, open, last: scene ? lastSeen(scene) : new Map<string, number>(), kinds: store.get().kinds, lanes: store.get().lanes, probable: store.get().probable, ...choices.limits() };
    scene = two ? layoutComparison(part.model, part.graph, two, options) : layoutPresence(part.model, part.graph, classes, options);
    zones.style.setProperty("--head", `${scene.head}px`);
    if (two) zones.replaceChildren(...zoneHeads(scene, countZones(choices.passing(compared), two), [className(two[0]), className(two[1])]));
    if (of) zones.replaceChildren(...presenceHead(scene, tellOperation(chosen()), { ...of.count, edges: choices.passing(drawn).edges.length }, compared));
    graph.update({ scene, key: keys().join(), spacing: choices.spaced(), label: classesNamed(), pinned: pinned(), paths: store.get().trace ? graphsOf(choices.passing(compared), classes) : null, laid: null, nameOf: context.names.own });
    closer.renew();
  }

  const matrixOf = (compared: ComparedGraph): Matrix => ({ classes: chosen().classes, blocks: layoutMatrix(model, compared, classes, chosen()), pinned: pinned() });

  function drawDetail(): void {
    const id = current();
    const content = shown && id ? pointedAt(shown, id) : null;
    const missing = shown && id && !content ? [absent(id, halves ? "either side" : "any of these classes", model, () => pin(null))] : [];
    updateDetail(content ?? { kind: "overview", content: shown ? [...missing, ...comparisonOverview({ model, compared: shown, pair: pair(), score: shownBy, isSite: context.isSite, about: halves && halves.words, areScores: OTHER_SCORE.has(halves && halves.sides[0]) }, links, { pin, names: context.names })] : [] });
  }

  function pointedAt(compared: ComparedGraph, id: string): Pointed | null {
    const isPinned = id === pinned();
    if (isEdge(id)) {
      const edge = comparedEdge(model, compared, classes, id);
      return edge && { ...edge, pinned: isPinned, detail: details.get };
    }
    const known = (graph: ComparedGraph) => comparedChannel(model, choices.passing(graph), graphsOf(choices.passing(compared), classes), classes, shownBy, id);
    const channel = known(whole(compared)) ?? known(compared); // pinned, and not drawn
    return channel && { ...channel, pinned: isPinned, traced: store.get().trace, detail: details.get(id) };
  }

  return {
    update(state: State): void {
      if (state.look !== "ranking") formerLook = state.look;
      choices.follow(state);
      load(state);
      draw();
      details.want(current());
    },
    fit: graph.fit,
    zoom: graph.zoomBy,
    trace,
    release: () => (graph.release(), pin(null)),
  };
};
