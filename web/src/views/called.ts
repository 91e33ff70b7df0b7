// What a channel is called, below its number, and the way to name it.
import { h } from "../dom";
import { number, plural, probability, shortId } from "../format";
import type { Names } from "../names";
import type { SuggestedName } from "../types";
import { openNameDialog } from "./nameDialog";

export function calledLine(id: string, names: Names): HTMLElement {
  const own = names.own(id);
  const word = own === null ? "Name it" : "Rename";
  const name = h("button", { class: "quiet", "data-names": id, "aria-label": `${word}: ${shortId(id)}`, onclick: () => openNameDialog(id, names) }, word);
  return h("p", { class: "called" }, ...words(own, names.suggested(id), names.hasSuggestions()), name);
}

/** A person's own name overrules the suggested one. No word where the model has no suggestions. */
function words(own: string | null, suggested: SuggestedName | null, hasSuggestions: boolean): Node[] {
  if (own !== null) return [h("b", {}, own), ...(suggested ? [h("span", { class: "second", title: evidence(suggested) }, `suggested: ${suggested.name}`)] : [])];
  if (suggested) return [h("b", { title: evidence(suggested) }, suggested.name), h("span", { class: "second" }, "suggested")];
  return hasSuggestions ? [h("span", { class: "second" }, "no group")] : [];
}

const evidence = ({ together, classCount, size, q }: SuggestedName): string =>
  `${number(together)} of its ${plural(classCount, "class", "classes")} are of this group of ${number(size)}; q = ${probability(q)}`;
