// Compare: two classes as three zones in every row; three and more as a presence matrix.
import type { MakeRoom } from "../context";
import { createDetails } from "../details";
import { h, latest } from "../dom";
import { saveJson, saveSvg } from "../export";
import { plural } from "../format";
import { countZones, layoutComparison } from "../layout/comparison";
import { chooseRows, countLayers, cutRows, DEPTH } from "../layout/depth";
import { lastSeen } from "../layout/graph";
import { layoutMatrix } from "../layout/matrix";
import { idToPin, isEdge, pinToId } from "../layout/relate";
import type { Scene } from "../layout/scene";
import { comparedChannel, comparedEdge } from "../pointed";
import { findEverything } from "../search";
import type { State } from "../state";
import type { ComparedGraph } from "../types";
import { depthView } from "../views/depth";
import { detailView, type Pointed } from "../views/detail";
import { graphView } from "../views/graph";
import { matrixView, toneOf } from "../views/matrix";
import { menu } from "../views/menu";
import { comparisonOverview } from "../views/overview";
import { picker } from "../views/picker";
import { TAIL_GAP } from "../views/rowHeads";
import { sliderView } from "../views/slider";
import { statusView } from "../views/status";

type Pair = readonly [number, number];
const MANY = 12; // classes: more columns than this cannot be read

export const compareRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const title = h("div", { class: "title classesbar" });
  const tools = h("div", { class: "tools" });
  const zones = h("div", { class: "zonebar" });
  const stage = h("div", { class: "stage" });
  const table = h("div", { class: "stage", hidden: true });
  const right = h("aside", { class: "right", "aria-label": "Details" });
  const middle = h("section", { class: "middle" }, h("div", { class: "bar" }, title, tools), zones, stage, table);
  host.append(middle, right);

  let shown: ComparedGraph | null = null;
  let classes: readonly number[] = []; // of what is shown
  let wanted: string | null = null;
  let titled = "";
  let scene: Scene | null = null;
  let pointing: string | null = null;
  let atLeast = 2;
  const names = new Map<number, string>();
  const open = new Set<string>();
  const details = createDetails(api, (id) => id === current() && drawDetail());
  const answer = latest();

  const point = (id: string | null) => {
    pointing = id;
    drawDetail();
    details.want(current());
  };
  const pin = (id: string | null) => store.set({ pin: id && idToPin(model.id, id) }, "replace");
  const trace = () => store.set({ trace: !store.get().trace }, "replace");
  const graph = graphView(stage, {
    point,
    pin,
    open({ layer, block }) {
      open.add(`${layer}:${block}`);
      draw();
    },
  });
  const updateMatrix = matrixView(table, { point, pin: (id) => pin(pinned() === id ? null : id) });
  const updateDetail = detailView(right, links, { release: () => pin(null), trace, pin });
  const updateDepth = depthView(stage, (rows) => store.set({ rows }, "replace"));
  const status = statusView(middle);

  const least = h("span", { hidden: true });
  const slider = sliderView(least, {
    label: "in at least",
    about: "Channels that fewer classes have are not listed",
    word: (value) => plural(value, "class", "classes"),
    least: 1,
    slide(value) {
      atLeast = value;
      draw();
    },
    settle: () => undefined,
  });
  const fit = h("button", { class: "button", title: "Fit (0)", onclick: graph.fit }, "Fit");
  const name = () => `compare ${classes.join(" ")}`;
  const saveData = () => shown && saveJson({ model: model.id, compared: classes, ...shown }, `${name()}.json`);
  const ofGraph = menu("Export", { "Picture (SVG)": () => void saveSvg(graph.node(), `${name()}.svg`), "Data (JSON)": saveData });
  const ofMatrix = menu("Export", { "Data (JSON)": saveData });
  tools.append(least, fit, ofGraph, ofMatrix);
  new ResizeObserver(() => draw()).observe(stage);

  const set = (next: readonly number[], step: "push" | "replace" = "push") => store.set({ classes: [...new Set(next)], pin: null }, step);
  const choose = (text: string, choice: (index: number) => void) =>
    picker(text, { label: "Choose a class", find: (part) => findEverything(api, model, part, { class: choice }) }).element;

  function load(next: readonly number[]): void {
    const key = next.join();
    if (key === wanted) return;
    wanted = key;
    if (next.length < 2) return tooFew(next);
    status.loading();
    answer(api.compare(model.id, next), (found) => arrived(found, next), (error) => {
      shown = null;
      draw();
      status.failed(error, () => ((wanted = null), load(next)), links.to({ classes: [] }, { class: "button" }, "Choose other classes"));
    });
  }

  function tooFew(next: readonly number[]): void {
    shown = null;
    classes = next;
    answer(Promise.resolve(null), () => undefined, () => undefined); // forget an answer under way
    draw();
    status.empty(next.length ? "Choose a class to compare it with." : "Choose two classes to compare.", choose(next.length ? "Choose a class" : "Choose the first class", (index) => set([...next, index])));
    context.name("Compare");
    for (const index of next) void api.graph(model.id, index).then(({ name }) => (names.set(index, name), drawTitle()), () => undefined);
  }

  function arrived(found: ComparedGraph, next: readonly number[]): void {
    shown = found;
    for (const item of found.classes) names.set(item.index, item.name);
    classes = next;
    pointing = null;
    open.clear();
    atLeast = Math.min(2, next.length);
    status.clear();
    context.name(found.classes.map((item) => item.name).join(" · "));
    draw();
    details.want(current());
  }

  const pinned = () => {
    const { pin } = store.get();
    return pin === null ? null : pinToId(model.id, pin);
  };

  const current = () => pointing ?? pinned();
  const className = (index: number) => names.get(index) ?? `class ${index}`;
  const pair = (): Pair | null => (classes.length === 2 ? [classes[0]!, classes[1]!] : null);

  function draw(): void {
    const two = pair();
    const asMatrix = shown !== null && two === null;
    stage.hidden = asMatrix;
    zones.hidden = shown === null || asMatrix; // before the stage is measured
    fit.hidden = shown === null || asMatrix;
    ofGraph.hidden = asMatrix;
    least.hidden = ofMatrix.hidden = !asMatrix;
    tools.hidden = shown === null;
    drawTitle();
    if (asMatrix) drawMatrix(shown!);
    else updateMatrix(null);
    if (!shown || !two) {
      zones.replaceChildren();
      graph.update(null);
      updateDepth(null);
      return drawDetail();
    }
    if (!stage.clientWidth) return;
    const rows = chooseRows(model.layers, stage.clientHeight, store.get().rows);
    const part = cutRows(model, shown, rows);
    updateDepth(rows && { layers: model.layers, shown: countLayers(shown.channels), rows });
    const box = { width: stage.clientWidth - (rows ? DEPTH : 0), height: stage.clientHeight };
    scene = layoutComparison(part.model, part.graph, two, { box, open, last: scene ? lastSeen(scene) : new Map() });
    drawZones(scene, shown, two);
    graph.update({ scene, label: `${className(two[0])} compared with ${className(two[1])}`, pinned: pinned(), traced: store.get().trace, laid: null });
    drawDetail();
  }

  function drawMatrix(compared: ComparedGraph): void {
    slider.update(atLeast, classes.length);
    const columns = classes.map((index) => ({ index, name: className(index) }));
    updateMatrix({ classes: columns, blocks: layoutMatrix(model, compared, classes, atLeast), pinned: pinned() });
  }

  function drawTitle(): void {
    const key = JSON.stringify([classes.map(className), shown !== null]);
    if (key === titled) return; // a picker may be open in it
    titled = key;
    const parts: (Node | string)[] = [];
    classes.forEach((index, k) => {
      if (k === 1 && classes.length === 2)
        parts.push(h("button", { class: "round", title: "Swap sides", "aria-label": "Swap sides", onclick: () => set([...classes].reverse()) }, "⇄"));
      const change = choose(className(index), (next) => set(classes.map((other) => (other === index ? next : other))));
      change.classList.add("classname");
      change.style.setProperty("--tone", classes.length > 2 ? toneOf(k) : k === 0 ? "var(--class-a)" : "var(--class-b)");
      if (classes.length > 2)
        change.append(h("button", { class: "quiet", "aria-label": `Take ${className(index)} out`, onclick: () => set(classes.filter((other) => other !== index)) }, "×"));
      parts.push(change);
    });
    if (classes.length && classes.length < MANY && shown) parts.push(choose("Add a class", (index) => set([...classes, index])));
    title.replaceChildren(...parts);
  }

  function drawZones({ zones: places, head, width, tail }: Scene, compared: ComparedGraph, two: Pair): void {
    const counts = countZones(compared, two);
    const names = [`only ${className(two[0])}`, "both", `only ${className(two[1])}`];
    const headings = places.map((zone, z) => {
      const { channels, edges } = counts[z]!;
      const note = `${plural(channels, "channel")} · ${plural(edges, "edge")}`;
      const style = `left: ${zone.x}px; width: ${zone.width}px`;
      return h("div", { class: `zonehead ${["a", "both", "b"][z]}`, style }, h("b", {}, names[z]!), h("span", { class: "second" }, note));
    });
    const overlap = h("div", { class: "zonehead overlap", style: `left: ${width - tail + TAIL_GAP}px` }, h("span", { class: "label" }, "Overlap"));
    zones.style.setProperty("--head", `${head}px`);
    zones.replaceChildren(...headings, overlap);
  }

  function drawDetail(): void {
    const two = pair();
    const id = current();
    const content = shown && id ? pointedAt(shown, id, two ?? classes) : null;
    updateDetail(content ?? { kind: "overview", content: shown ? comparisonOverview(shown, pin) : [] });
  }

  function pointedAt(compared: ComparedGraph, id: string, of: readonly number[]): Pointed | null {
    const isPinned = id === pinned();
    if (isEdge(id)) {
      const edge = comparedEdge(compared, of, id);
      return edge && { ...edge, pinned: isPinned };
    }
    const channel = comparedChannel(model, compared, of, id);
    return channel && { ...channel, pinned: isPinned, traced: store.get().trace, detail: details.get(id) };
  }

  return {
    update(state: State): void {
      load([...new Set(state.classes)].slice(0, MANY));
      draw();
      details.want(current());
    },
    fit: graph.fit,
    trace,
    release: () => (graph.release(), pin(null)),
  };
};
