// Where a class's PageRank is kept: the bar that cuts its graph at another threshold, and makes a cut the stored graph.
import { hasCode, spoken } from "../api";
import type { Context } from "../context";
import { type Cut, cutFrom, cutOf, isStored, percents, STEP, STORED, tellCut } from "../cut";
import { h } from "../dom";
import type { Change, Score } from "../state";
import type { ClassWithGraph, GraphOrigin } from "../types";
import { thresholdView } from "../views/threshold";
import { tokenForm } from "../views/tokenForm";
import { must } from "../must";

export interface CutBar {
  /** The class whose graph is drawn, as it is stored; how the drawn one was cut, and by which score it is. */
  update(item: ClassWithGraph | null, drawn: GraphOrigin | null, score: Score): void;
  /** Another graph could not be cut. */
  failed(error: Error, retry: () => void): void;
}

/** The graph of a class that is kept. */
interface Kept {
  readonly index: number;
  readonly name: string;
  readonly score: Score;
}

/**
 * others  choices beside it that are there without PageRank, too: the one of a score in front, the one of edges at the end
 * renew   what is known of stored graphs is out of date
 */
export function cutBar(host: HTMLElement, context: Context, others: { readonly scores: HTMLElement; readonly kinds: HTMLElement }, renew: () => void): CutBar {
  const { api, store, model } = context;
  const controls = h("div", { class: "cut" });
  const word = h("p", {});
  const dismiss = h("button", { class: "quiet", "aria-label": "Dismiss", onclick: () => say() }, "×");
  const toast = h("div", { class: "toast", role: "status", hidden: true }, word, dismiss);
  const reset = h("button", { class: "button small", title: "Back to the stored graph", onclick: () => store.set(STORED) });
  const keep = h("button", { class: "button small", title: "Make it the stored graph of the class", "aria-label": "Keep this graph", onclick: () => void keepIt() });
  keep.append("Keep ", h("span", { class: "wide" }, "this graph"));
  const buttons = h("div", { class: "kept" }, reset, keep);
  host.append(others.scores, controls, buttons, others.kinds, toast);
  const updateThreshold = thresholdView(controls, {
    change(cut, again) {
      if (!isWriting) say();
      store.set(cut, again ? "replace" : "push");
    },
  });

  let shown: ClassWithGraph | null = null;
  let shownBy: Score = "activation";
  let drawn: GraphOrigin | null = null;
  let isWriting = false;

  const wanted = (): Cut | null => cutOf(store.get());

  function say(...content: (Node | string)[]): void {
    word.replaceChildren(...content);
    toast.hidden = content.length === 0;
    toast.classList.remove("error");
  }

  function complain(error: Error, ...ways: Node[]): void {
    say(error.message, ...ways);
    toast.classList.add("error");
  }

  const extract = ({ index, score }: Kept, { threshold, unified, deadEnds }: Cut, step: number, damping: number | null) =>
    api.extract({ model: model.id, classes: [index], threshold, unified, deadEnds, step, damping: damping ?? undefined, score: spoken(score) });

  /** Runs an extraction and says what became of it; the graphs known so far are then out of date. */
  async function write(work: () => Promise<(Node | string)[]>, retry: () => void): Promise<void> {
    isWriting = true;
    say("Keeping the graph…");
    draw();
    try {
      say(...(await work()));
    } catch (error) {
      const again = h("button", { class: "quiet", onclick: retry }, "Retry");
      complain(error as Error, hasCode(error, "FORBIDDEN") ? tokenForm(api.carry, retry) : again);
    }
    isWriting = false;
    draw();
    if (document.activeElement === document.body) toast.querySelector<HTMLElement>("input, button")?.focus(); // what was pressed is gone
  }

  async function keepIt(): Promise<void> {
    const cut = wanted();
    if (!shown || !cut || isWriting) return;
    const { index, name } = shown;
    const graph: Kept = { index, name, score: shownBy };
    const former = shown.attributionGraph.origin;
    await write(async () => {
      const { written, seconds } = await extract(graph, cut, STEP, former.damping);
      moveOn(graph, cut, STORED);
      const told = tellCut(cut.threshold, cut.unified, cut.deadEnds);
      if (!written) return [`${name} was stored like this already: ${told}.`];
      const undo = h("button", { class: "quiet", onclick: () => void undoIt(graph, former, cut) }, "Undo");
      return [`Kept for ${name} in ${seconds.toFixed(1)} s: ${told}.`, ...(former.threshold === null ? [] : [undo])];
    }, () => void keepIt());
  }

  async function undoIt(graph: Kept, former: GraphOrigin, cut: Cut): Promise<void> {
    await write(async () => {
      await extract(graph, cutFrom(former), former.step ?? STEP, former.damping);
      moveOn(graph, null, cut);
      return [`Undone: ${graph.name} is stored at ${tellCut(must(former.threshold), former.unified, former.deadEnds)} again.`];
    }, () => void undoIt(graph, former, cut));
  }

  /** The view follows where it is still the one that the button was pressed in. */
  function moveOn({ index, score }: Kept, from: Cut | null, to: Change): void {
    context.changed();
    renew();
    const now = store.get();
    const stays = now.class === index && now.score === score && JSON.stringify(wanted()) === JSON.stringify(from);
    store.set(stays ? to : {}, "replace");
  }

  function draw(): void {
    controls.hidden = buttons.hidden = !shown?.live;
    host.hidden = !shown || (!shown.live && others.scores.hidden && others.kinds.hidden);
    if (!shown?.live) return;
    const stored = shown.attributionGraph.origin;
    const cut = wanted() ?? cutFrom(stored);
    const same = wanted() === null || isStored(cut, stored);
    updateThreshold(cut);
    reset.hidden = wanted() === null;
    const at = stored.threshold === null ? "graph" : `${percents(stored.threshold)}${stored.unified ? " of the network" : ""}`;
    reset.replaceChildren(h("span", { "aria-hidden": "true" }, "↺"), h("span", { class: "wide" }, "stored: "), at);
    reset.setAttribute("aria-label", `Back to what is stored: ${at}`);
    keep.hidden = same;
    keep.disabled = reset.disabled = isWriting;
  }

  return {
    update(item, origin, score): void {
      if (item?.index !== shown?.index || (score !== shownBy && !isWriting) || (origin !== drawn && !isWriting && toast.classList.contains("error"))) say();
      [shown, shownBy, drawn] = [item, score, origin];
      draw();
    },
    failed(error, retry): void {
      complain(error, h("button", { class: "quiet", onclick: retry }, "Retry"));
    },
  };
}
