// What can be asked: questions in plain words, one's own Cypher, and every stored query by its name.
import type { Context } from "../../context";
import { h, mark, redraw, walkItems, write } from "../../dom";
import type { State } from "../../state";
import type { ClassGroup, StoredQuery } from "../../types";
import { fill, groupsNeeded, isPlain, QUESTIONS } from "./questions";

export function queryList(host: HTMLElement, { links, store }: Context) {
  const list = h("nav", { class: "scroll", "aria-label": "Queries" });
  let queries: readonly StoredQuery[] | null = null; // null: not here yet
  let groupCount = 0;
  const filter = h("input", { type: "search", class: "filter", placeholder: "Filter", "aria-label": "Filter queries", oninput: () => draw(store.get()) });
  const total = h("span", { class: "total second", "aria-live": "polite" });
  walkItems(list, "a");
  host.append(h("div", { class: "order" }, filter, total), list);

  function draw(state: State): void {
    const words = filter.value.toLowerCase().split(/\s+/);
    const fits = (...texts: string[]) => words.every((word) => texts.join(" ").toLowerCase().includes(word));
    const known = new Set(queries?.map(({ name }) => name));
    const questions = QUESTIONS.map((question) => ({ question, text: fill(question.words, ({ name, item }) => BLANKS[item === null ? name : `${name} ${item}`] ?? "…") }));
    const asked = questions.filter(({ question, text }) => known.has(question.query) && groupsNeeded(question) <= groupCount && fits(text, question.query));
    const found = (queries ?? []).filter(({ name, about }) => fits(name, about));
    const editor = item(links.to({ query: null, args: null, plain: false }, { class: "query" }, h("b", {}, "Cypher"), h("span", { class: "second" }, "write your own, read-only")), state.query === null);
    const plain = asked.map(({ question, text }) => item(links.to({ query: question.query, args: null, cypher: null, plain: true }, { class: "query" }, text), isPlain(state) && state.query === question.query));
    const stored = found.map(({ name, about }) => item(links.to({ query: name, args: null, cypher: null, plain: false }, { class: "query", title: about }, h("b", {}, name), h("span", { class: "second" }, about)), !isPlain(state) && state.query === name));
    write(total, queries ? `${asked.length + found.length} of ${questions.filter(({ question }) => groupsNeeded(question) <= groupCount).length + queries.length}` : "");
    const section = (title: string, items: readonly Node[]) => (items.length ? [h("h2", { class: "label" }, title), ...items] : []);
    redraw(list, () => list.replaceChildren(...section("Questions", plain), editor, ...section("Stored queries", stored)));
    const items = [...plain, editor, ...stored];
    const home = items.find((link) => link.hasAttribute("aria-current")) ?? plain[0] ?? editor;
    for (const link of items) link.tabIndex = link === home ? 0 : -1;
  }

  return {
    draw,
    have(found: readonly StoredQuery[], groups: readonly ClassGroup[]): void {
      [queries, groupCount] = [found, groups.length];
    },
  };
}

const item = (link: HTMLAnchorElement, isCurrent: boolean): HTMLAnchorElement => {
  mark(link, "aria-current", isCurrent ? "true" : null);
  return link;
};

/** What stands in the list for what is chosen later. */
const BLANKS: Readonly<Record<string, string>> = {
  channel: "a channel",
  class: "a class",
  other: "another class",
  "classes 0": "one class",
  "classes 1": "another",
  group: "a group",
  against: "another group",
  search: "a word",
  to: "another channel",
};
