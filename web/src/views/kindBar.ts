// The legend of edges' kinds, which filters them, and the switches of lanes and of probabilities, each where it is known.
import { h, mark, shape, write } from "../dom";
import { number } from "../format";
import { areKnown, isHandedOn, type Kinds, KINDS, WAYS, whyNone } from "../kinds";
import { fading, isUnsure } from "../probability";
import { beadsOf, kindClass, lineWidth } from "../layout/beads";
import type { Change, Store } from "../state";
import type { EdgeKind } from "../types";
import { must } from "../must";

export interface KindsShown {
  readonly edges: readonly { readonly kind?: EdgeKind | null }[]; // of all kinds
  readonly kinds: Kinds;
  readonly lanes: boolean | null; // null: this drawing has none
  readonly probable: boolean | null; // null: probabilities are not known
  readonly faint: string; // what is fainter, with a dashed outline
}

const TITLES: Readonly<Record<Kinds, string>> = {
  all: "Edges of every kind",
  convolutions: "Edges that only pass through convolutions: what is new in a layer",
  skips: "Edges along which the channel itself is handed on",
};
const SAMPLE = { width: 36, height: 10 }; // px

export function kindBar(store: Store) {
  const set = (change: Change) => store.set(change, "replace");
  const choices = KINDS.map((kinds) => h("button", { class: "button small", title: TITLES[kinds], onclick: () => set({ kinds }) }));
  const lanes = h("button", { class: "button small", title: "A channel that is handed on from layer to layer keeps one column", onclick: () => set({ lanes: !store.get().lanes }) }, "Lanes");
  const probable = h("button", { class: "button small", title: "How likely each channel and edge is in the graph of other pictures of the class", onclick: () => set({ probable: !store.get().probable }) }, "Probability");
  const faint = h("span", { class: "faint second" }, squares(), h("span", { class: "word" }));
  const word = h("span", { class: "second", role: "status" });
  const back = h("button", { class: "button small", onclick: showAll }, "Show all edges");
  const element = h("div", { class: "kinds" }, h("div", { class: "choices", role: "group", "aria-label": "Edges drawn" }, ...choices), lanes, probable, faint, word, back);
  let drawn = "";

  /** The button goes with its reason: the focus moves on before. */
  function showAll(): void {
    ([...choices, probable].find((button) => button.checkVisibility()) ?? element.closest<HTMLElement>(".room"))?.focus();
    set({ kinds: "all" });
  }

  function drawChoices(edges: KindsShown["edges"]): void {
    const counts = new Map<EdgeKind, number>();
    for (const { kind } of edges) if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const text = JSON.stringify([edges.length, ...counts]);
    if (text === drawn) return;
    drawn = text;
    const entry = (kind: EdgeKind) => [sample(kind), h("span", { class: "word" }, `${WAYS[kind]} ${number(counts.get(kind) ?? 0)}`)];
    const skips = (["SKIP", "BOTH"] as const).filter((kind) => counts.has(kind));
    const contents = [[`all ${number(edges.length)}`], entry("CONVOLUTION"), (skips.length ? skips : (["SKIP"] as const)).flatMap(entry)];
    choices.forEach((choice, k) => choice.replaceChildren(...(contents[k] ?? [])));
  }

  return {
    element,
    /** What of it an exported picture has above the drawing. */
    legend: (): Element[] => (element.hidden ? [] : [...element.querySelectorAll(".sample, .word")].filter((part) => part.checkVisibility())),
    update(shown: KindsShown | null): void {
      const isKnown = shown !== null && areKnown(shown.edges);
      const isAsked = shown !== null && shown.edges.length > 0 && shown.kinds !== "all";
      element.hidden = !isKnown && !isAsked && (shown?.probable ?? null) === null;
      if (element.hidden || !shown) return;
      const none = isKnown || !isAsked ? whyNone(shown.edges, isKnown ? shown.kinds : "all") : "All edges are shown because their kinds are not known for this graph.";
      must(element.firstElementChild).toggleAttribute("hidden", !isKnown);
      drawChoices(shown.edges);
      choices.forEach((choice, k) => mark(choice, "aria-pressed", String(KINDS[k] === shown.kinds)));
      lanes.hidden = shown.lanes === null || !shown.edges.some(({ kind }) => isHandedOn(kind ?? null));
      mark(lanes, "aria-pressed", String(shown.lanes));
      probable.hidden = shown.probable === null;
      mark(probable, "aria-pressed", String(shown.probable));
      faint.hidden = !shown.probable;
      write(must(faint.lastElementChild), shown.faint);
      write(word, none ?? "");
      back.hidden = none === null;
    },
  };
}

/** Channels that are sure, half sure and less, as they are drawn in the graph. */
function squares(): SVGElement {
  const svg = shape("svg", { class: "sample", "aria-hidden": "true", viewBox: "0 0 52 16", width: 52, height: 16 });
  [1, 0.6, 0.25].forEach((probability, k) => {
    const look = shape("g", { class: `look${isUnsure(probability) ? " unsure" : ""}` });
    look.append(shape("rect", { class: "ring", x: 18 * k + 1, y: 1, width: 14, height: 14, style: "rx: 3px" }), shape("rect", { x: 18 * k + 3, y: 3, width: 10, height: 10, rx: 2, class: "tile", opacity: fading(probability) }));
    svg.append(look);
  });
  return svg;
}

/** A short edge of that kind, drawn as in the graph. */
function sample(kind: EdgeKind): SVGElement {
  const edge = { kind, width: 2.6, tone: "plain" };
  const way = `M3,${SAMPLE.height / 2}H${SAMPLE.width - 3}`;
  const svg = shape("svg", { class: `sample edge plain${kindClass(edge)}`, "aria-hidden": "true", viewBox: `0 0 ${SAMPLE.width} ${SAMPLE.height}`, ...SAMPLE });
  svg.append(shape("path", { class: "line", d: way, "stroke-width": lineWidth(edge) }));
  const beads = beadsOf(edge);
  if (beads) svg.append(shape("path", { class: "beads", d: way, "stroke-width": beads.width, "stroke-dasharray": beads.dashes }));
  return svg;
}
