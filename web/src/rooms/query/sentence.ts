// A question in plain words: a sentence whose blanks are filled by search.
import { titleOf } from "../../chosen";
import type { Context } from "../../context";
import { debounce, h } from "../../dom";
import { shortId } from "../../format";
import { served } from "../../links";
import { type Kind, kindOf, type Values } from "../../parameters";
import type { ClassGroup, GroupMembers } from "../../types";
import { picker } from "../../views/picker";
import { finder, LABELS } from "./field";
import { type Blank, partsOf, type Question, valueOf } from "./questions";

const QUIET = 400; // ms after the last letter typed

/** What ids and groups are called. */
export interface Called {
  readonly classes: ReadonlyMap<number, string>;
  readonly groups: readonly ClassGroup[];
  readonly members: readonly GroupMembers[]; // groups with their classes
  readonly channel: string | null; // one that many graphs have, where the examples are about another model
}

/** A value as people call it: a class by its name, a channel by its layer and number, a group by its name. */
export function sayValue(value: unknown, kind: Kind | null, { model }: Context, { classes, groups }: Called, empty = "anything"): string {
  if (value === null || value === undefined || value === "") return empty;
  const word = String(value);
  const group = kind === "group" ? groups.find(({ id, wnid, name }) => word === id || word === wnid || word === name) : undefined;
  if (group) return titleOf(group, groups);
  const rest = kind !== null && word.startsWith(`${model.id}/`) ? shortId(word) : word;
  return kind === "class" ? (classes.get(Number(rest)) ?? `class ${rest}`) : rest;
}

export interface Sentence {
  readonly element: HTMLElement;
  /** Says the values that stand in the blanks now. */
  say(values: Values): void;
}

/** change  somebody put another value into a blank */
export function sentenceView(question: Question, example: Values, context: Context, called: Called, change: (blank: Blank, value: unknown) => void): Sentence {
  const said: ((values: Values) => void)[] = [];
  const parts = partsOf(question.words).map((part) => {
    if (typeof part === "string") return part;
    const view = blankView(part, question, example, context, called, (value) => change(part, value));
    said.push(view.say);
    return view.element;
  });
  return { element: h("h1", { class: "sentence" }, ...parts), say: (values) => said.forEach((say) => say(values)) };
}

function blankView(blank: Blank, { given, empty }: Question, example: Values, context: Context, called: Called, change: (value: unknown) => void): Sentence {
  const kind = kindOf(blank.name, example[blank.name]);
  if (kind === null) return wordView(blank, empty ?? "", change);
  const search = picker("", { label: LABELS[kind], find: finder(kind, valueOf(blank, example), context, change) });
  search.element.classList.add("blank");
  const mayBeEmpty = given?.[blank.name] === null;
  const clear = h("button", { type: "button", class: "quiet", "aria-label": `Any ${kind}`, title: `Any ${kind}`, onclick: () => (search.element.querySelector("button")?.focus(), change(null)) }, "×");
  const picture = h("img", { class: "thumb", alt: "", hidden: true });
  let shown: unknown;
  const say = (values: Values): void => {
    const value = valueOf(blank, values);
    search.say(sayValue(value, kind, context, called, empty));
    clear.hidden = !mayBeEmpty || value === null;
    if (kind !== "channel" || value === shown) return;
    shown = value;
    picture.hidden = true;
    if (typeof value === "string") context.api.channels([value]).then(([channel]) => value === shown && draw(channel?.pictures?.thumbnail ?? null), () => undefined);
  };
  const draw = (address: string | null): void => {
    picture.hidden = address === null;
    if (address !== null) picture.src = served(address);
  };
  return { element: h("span", { class: "blankhost" }, picture, search.element, clear), say };
}

/** A blank for any word. */
function wordView(blank: Blank, empty: string, change: (value: unknown) => void): Sentence {
  const input = h("input", { type: "search", class: "blankword", placeholder: empty, "aria-label": blank.name });
  input.addEventListener("input", debounce(QUIET, () => change(input.value.trim() || null)));
  const say = (values: Values): void => {
    const value = valueOf(blank, values);
    if (document.activeElement !== input) input.value = typeof value === "string" ? value : "";
  };
  return { element: input, say };
}
