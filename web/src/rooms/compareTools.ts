// What can be chosen about a comparison: which of its edges are shown, in how much room, as what, and what is saved of it.
import type { Context } from "../context";
import { h, mark } from "../dom";
import { obeyed, ofKinds } from "../kinds";
import { ofMeanWeight } from "../layout/comparison";
import { chooseGraph } from "../layout/presence";
import { meanWeight } from "../layout/scale";
import { remember } from "../remember";
import { type Operation, START } from "../state";
import type { ComparedGraph } from "../types";
import { unitsOf } from "../units";
import { choiceView, type Chosen } from "../views/choice";
import { scoreSelect } from "../views/scoreSelect";
import { tableSwitch } from "../views/twin";
import { viewMenu } from "./viewMenu";
import { must } from "../must";

const FEW = 3; // classes that are drawn as a graph unless the address says otherwise

export interface Ways {
  readonly exports: Readonly<Record<"ofGraph" | "ofMatrix" | "ofRanking", HTMLElement>>;
  moved(): void; // a slider moves
  fit(): void;
  separate(): void; // ranks what separates the classes, or no longer
  first(index: number): readonly number[]; // the classes, that one first
}

/** What stands on the stage. */
export interface Standing {
  readonly isShown: boolean; // a comparison, of whatever look
  readonly chosen: Chosen | null; // of three and more; null: there are fewer
  readonly areSubsets: boolean; // of one class's pictures
  readonly areScores: boolean; // the graphs of one class by either score
  readonly areGroups: boolean; // two groups of classes
  readonly isRanking: boolean; // what separates them is to be ranked
  readonly isRanked: boolean; // ... and is
  readonly asRanking: boolean; // ... and not as tables
  readonly asMatrix: boolean;
  readonly isDrawn: boolean; // as a graph
  readonly isFiltered: boolean; // by the kinds and weights of edges, which can be chosen
}

/** What the sliders work on. */
export interface Filtered {
  readonly compared: ComparedGraph; // whole
  readonly all: ComparedGraph; // of it that is shown, whatever its edges weigh
  readonly name: string;
  readonly among: string; // graphs that sizes are by specificity among
}

export function compareTools(host: HTMLElement, { idle, model, store }: Context, { exports, moved, fit, separate, first }: Ways) {
  const { weight, count } = unitsOf(model);
  const { view, emptied, limits, follow, spaced, ...sliders } = viewMenu(model, store, moved, {
    about: `Edges of fewer ${weight}s, on average over the classes that have them, are not drawn`,
    choice: null,
    larger: `The larger the channel's share of the ${count}s, on average over the classes that have it, the larger its picture.`,
    by: () => START.weighed,
  });
  const choice = h("div", { class: "choice" });
  const updateChoice = choiceView(choice, {
    choose: (operation, index) => store.set({ operation, classes: first(index) }),
    atLeast: (atLeast) => store.set({ atLeast }, "replace"),
    look: (look) => store.set({ look }),
  });
  const scores = scoreSelect(model, store);
  const tables = tableSwitch(store);
  const fitting = h("button", { class: "button", title: "Fit (0)", onclick: fit }, "Fit");
  const separating = h("button", { class: "button", title: "Channels and edges, ranked by what separates the classes", onclick: separate }, "What separates them?");
  host.append(separating, scores.element, choice, view, fitting, tables.element, ...Object.values(exports));

  const choose = remember((graph: ComparedGraph, classes: readonly number[], operation: Operation, atLeast: number) => chooseGraph(graph, classes, { operation, atLeast }));
  let isFiltered = true;
  const least = () => (isFiltered ? must(limits().weight) : 0);
  const kindsOf = ({ edges }: ComparedGraph) => (isFiltered ? obeyed(edges, store.get().kinds) : "all");
  /** With the edges that are of the chosen kinds and weigh enough: all, where neither can be chosen. */
  const passing = (graph: ComparedGraph): ComparedGraph => ({ ...graph, edges: ofMeanWeight(ofKinds(graph.edges, kindsOf(graph)), least()) });

  return {
    emptied,
    limits,
    follow,
    spaced,
    least,
    kindsOf,
    passing,
    /** Of three and more classes, what is chosen as far as it holds for them. */
    chosen(classes: Chosen["classes"]): Chosen {
      const { operation, atLeast, look } = store.get();
      return { operation, atLeast: Math.min(Math.max(1, atLeast), classes.length), look: look ?? (classes.length <= FEW ? "graph" : "matrix"), classes };
    },
    /** ... and that part of their union. */
    choose: (graph: ComparedGraph, classes: readonly number[], { operation, atLeast }: Chosen) => choose(graph, classes, operation, atLeast),
    weigh: () => sliders.weigh(START.weighed),
    update({ isShown, chosen, areSubsets, areScores, areGroups, isRanked, isRanking, asRanking, asMatrix, isDrawn, ...now }: Standing): void {
      isFiltered = now.isFiltered;
      idle({ weighed: "edges are weighed by influence" });
      host.hidden = !isShown && !isRanked;
      fitting.hidden = !isDrawn;
      view.hidden = !isFiltered;
      separating.hidden = areSubsets;
      mark(separating, "aria-pressed", String(isRanking));
      exports.ofGraph.hidden = asMatrix || isRanked;
      exports.ofMatrix.hidden = !asMatrix;
      exports.ofRanking.hidden = !isRanked;
      scores.element.hidden = areGroups || scores.element.options.length < 2 || areScores;
      scores.update(store.get().score);
      tables.element.hidden = areGroups;
      tables.update(store.get());
      choice.hidden = !chosen || asRanking;
      if (chosen) updateChoice(chosen);
    },
    /** null: nothing is filtered */
    updateLimits(filtered: Filtered | null): void {
      if (!filtered) return sliders.update(null);
      const { compared, all, name, among } = filtered;
      const drawable = ofKinds(all.edges, kindsOf(all));
      sliders.update({ name, known: drawable.map(({ weights }) => meanWeight(weights)), shown: passing(all).edges.length, unknown: 0, isPart: drawable.length < compared.edges.length, among });
    },
  };
}
