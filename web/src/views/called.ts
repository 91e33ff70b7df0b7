// What a channel is called, below its number, what somebody wrote about it or about a class, and the way to write.
import { h } from "../dom";
import { number, plural, probability, shortId } from "../format";
import type { Names } from "../names";
import type { SuggestedName } from "../types";
import { openNote } from "./notes";

export function calledLine(id: string, names: Names): HTMLElement {
  const target = shortId(id);
  const own = names.own(id);
  const write = writeButton(names, "CHANNEL", target, own === null ? "Name it" : "Rename", target);
  return h("div", {}, h("p", { class: "called" }, ...words(own, names.suggested(id), names.hasSuggestions()), write), noteText(names, "CHANNEL", target));
}

/** name  of the class */
export function classNote(index: number, name: string, names: Names): HTMLElement {
  const target = String(index);
  const note = noteText(names, "CLASS", target);
  return h("div", {}, note, h("p", { class: "called" }, writeButton(names, "CLASS", target, note ? "Edit the note" : "Write a note", name)));
}

type Kind = "CHANNEL" | "CLASS";

function noteText(names: Names, kind: Kind, target: string): HTMLElement | null {
  const text = names.get(kind, target)?.note;
  return text ? h("p", { class: "written" }, text) : null;
}

function writeButton(names: Names, kind: Kind, target: string, word: string, about: string): HTMLElement {
  const open = () => openNote({ kind, target }, names, kind === "CHANNEL" ? `Name ${about}` : `A note on ${about}`);
  return h("button", { class: "quiet", "data-note": `${kind} ${target}`, "aria-label": `${word}: ${about}`, onclick: open }, word);
}

/** A person's own name overrules the suggested one. No word where the model has no suggestions. */
function words(own: string | null, suggested: SuggestedName | null, hasSuggestions: boolean): Node[] {
  if (own !== null) return [h("b", {}, own), ...(suggested ? [h("span", { class: "second", title: evidence(suggested) }, `suggested: ${suggested.name}`)] : [])];
  if (suggested) return [h("b", { title: evidence(suggested) }, suggested.name), h("span", { class: "second" }, "suggested")];
  return hasSuggestions ? [h("span", { class: "second" }, "no group")] : [];
}

const evidence = ({ together, classCount, size, q }: SuggestedName): string =>
  `${number(together)} of its ${plural(classCount, "class", "classes")} ${together === 1 ? "is" : "are"} of this group of ${number(size)}; q = ${probability(q)}`;
