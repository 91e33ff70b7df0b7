// By which score the graphs are: shown where the model has graphs by more than one.
import { h } from "../dom";
import { plural } from "../format";
import { graphsBy } from "../scores";
import { type Score, SCORES, type Store } from "../state";
import type { Model } from "../types";

const ABOUT: Record<Score, string> = {
  activation: "Graphs of the channels that the class's pictures activate most",
  attribution: "Graphs of the channels that raise the class's log-odds most",
};

export function scoreSelect(model: Model, store: Store) {
  const held = SCORES.filter((score) => graphsBy(model, score) > 0);
  const options = held.map((score) => h("option", { value: score, title: ABOUT[score] }, `by ${score}`));
  const element = h("select", { class: "score", "aria-label": "Graphs by", onchange: () => store.set({ score: element.value as Score }) }, ...options);
  element.hidden = held.length < 2;
  element.title = held.map((score) => `${ABOUT[score]}: ${plural(graphsBy(model, score), "class", "classes")}`).join(". ");
  return {
    element,
    update(score: Score): void {
      element.value = score;
    },
  };
}
