// Query: questions in plain words, stored queries as forms with their contracts, a Cypher editor, and the answer.
import { faultsOf } from "../../address";
import type { MakeRoom } from "../../context";
import { h, latest } from "../../dom";
import { groupsFrom, plural } from "../../format";
import { printJson } from "../../json";
import { readParameters, type Values } from "../../parameters";
import { type Change, print, type State } from "../../state";
import { columnOf } from "../../table";
import type { StoredQuery } from "../../types";
import { answerView } from "./answer";
import { editorForm } from "./editor";
import type { Form } from "./form";
import { queryList } from "./list";
import type { Called } from "./sentence";
import { groupsNeeded, isPlain, questionOf } from "./questions";
import { storedForm } from "./stored";
import { must } from "../../must";

export const queryRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const side = h("aside", { class: "left", "aria-label": "Questions and queries" });
  const head = h("div", { class: "queryhead" });
  const form = h("form", { class: "queryform" });
  const stage = h("div", { class: "stage column resultstage" });
  host.append(side, h("section", { class: "middle" }, h("div", { class: "questions" }, head, form), stage));
  const list = queryList(side, context);
  const result = answerView(stage, context, goOn);
  const answer = latest();
  const classNames = () => api.classNames(model.id).then(
    (found) => new Map(found.map((item) => [item.index, item.name])),
    () => new Map<number, string>(), // the ids must do
  );
  let queries: readonly StoredQuery[] | null = null;
  let called: Called = { classes: new Map(), groups: [], members: [], channel: null };
  let drawn: string | null = null;
  let shown: Form | null = null;

  function loadQueries(): void {
    Promise.all([api.storedQueries(), classNames(), api.groups(model.id), api.members(model.id)]).then(([found, classes, groups, members]) => {
      [queries, called] = [found, { ...called, classes, groups, members }];
      list.have(found, groups);
      const state = store.get();
      if (state.query !== null) drawn = null; // its form waits for the contract; an editor in use stays as it is
      shown?.know?.(called);
      if (state.room === "query") update(state);
    }, (error: Error) => result.status.failed(error, loadQueries));
  }

  /** Whether the form is about an example with another model's channel, and none of this one is known to take its place. */
  function needsChannel({ query: name, args }: State): boolean {
    const { channel } = (queries?.find((item) => item.name === name)?.example ?? {}) as Values;
    return called.channel === null && !args?.includes('"channel"') && typeof channel === "string" && !channel.startsWith(`${model.id}/`);
  }

  /** Finds the channel that most graphs have, then draws the form, with or without it. */
  function findChannel(): void {
    result.status.loading();
    const draw = () => ((drawn = null), store.get().room === "query" && drawForm(store.get(), false));
    answer(api.storedQuery("common_channels", { model: model.id, limit: 1 }), (table) => {
      const [row] = table.rows;
      if (row) called = { ...called, channel: String(row[columnOf(table, "channel")]) };
      draw();
    }, draw);
  }

  const question = ({ query, args, cypher, plain }: State): string => JSON.stringify([query, args, query === null ? cypher : null, plain]);

  /** Puts the question into the address; what is drawn is its form already. */
  function keep(change: Change): void {
    drawn = question({ ...store.get(), ...change });
    store.set(change, "replace");
  }

  function drawForm(state: State, mayWait = true): void {
    if (question(state) === drawn) return;
    drawn = question(state);
    answer.forget(); // it is another question's
    result.clear();
    const waits = mayWait && needsChannel(state);
    shown = waits ? null : formOf(state);
    head.replaceChildren(...(shown?.head ?? [h("h1", {}, must(state.query))]));
    form.replaceChildren(...(shown ? partsOf(shown, isPlain(state)) : []));
    if (waits) return findChannel();
    if (shown === null) {
      if (queries) result.status.failed(new Error(`There is no stored query “${state.query}”.`), loadQueries, links.to({ query: null, args: null, plain: false }, { class: "button" }, "Write Cypher"));
      return;
    }
    context.name(shown.title);
    context.idle({ plain: isPlain(state) ? null : "no question in plain words asks this" });
    const stray = strayIn(state);
    const needed = isPlain(state) ? groupsNeeded(must(questionOf(state.query))) : 0;
    if (needed > called.groups.length) result.status.empty(`${model.id} has ${plural(called.groups.length, "group")} of classes; this question needs ${needed}. ${groupsFrom(model.id)}`);
    else if (stray) result.status.empty(stray.words, h("button", { class: "button", type: "button", onclick: run }, `Ask without ${stray.those}`));
    else if (isAsked(state)) run();
  }

  /** null: it is not known, or not yet. */
  function formOf(state: State): Form | null {
    const again = () => shown === form && store.get().room === "query" && run(); // what is typed late belongs to its own form
    const query = queries?.find((item) => item.name === state.query);
    const form = state.query === null ? editorForm(context, state, called, keep, again) : query ? storedForm(query, state, context, called, keep, again) : null;
    return form;
  }

  /** What the address says of parameters that the stored query does not have; null: nothing. */
  function strayIn({ query: name, args }: State): { readonly words: string; readonly those: string } | null {
    const query = queries?.find((item) => item.name === name);
    if (!query || args === null || faultsOf(`?${new URLSearchParams({ room: "query", args })}`).length) return null;
    const known = query.parameters.map((field) => field.name);
    const strange = Object.keys(readParameters(args)).filter((word) => !known.includes(word));
    const words = `${name} has no parameter ${strange.join(", ")}; it has ${known.join(", ") || "none"}.`;
    return strange.length ? { words, those: strange.length > 1 ? "them" : "it" } : null;
  }

  const runButton = () => h("button", { class: "button main", type: "submit", title: "Run (Ctrl + Enter)" }, "Run");
  const partsOf = ({ fields, actions, below }: Form, isSentence: boolean): Node[] => [...fields, ...(isSentence ? [] : [h("div", { class: "actions" }, ...actions, runButton())]), ...below];

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });

  function run(): void {
    const form = shown;
    if (!form) return;
    result.clear();
    result.status.loading();
    const asking = async () => {
      const { values, table } = form.ask(); // a field that cannot be read fails here
      return [values, await table, await classNames()] as const;
    };
    const asked = asking();
    const state = store.get();
    answer(asked, ([values, table, names]) => {
      if (!called.classes.size) called = { ...called, classes: names }; // they had failed
      result.show({ name: state.query ?? "cypher", table, told: form.tell(table, values), asked: values, classes: names, isPlain: isPlain(state) });
    }, (error) => result.status.failed(error, run));
  }

  /** The same question once more, from where its search ended. */
  function goOn(cursor: string): void {
    store.set({ args: printJson({ ...readParameters(store.get().args ?? ""), cursor }) }, "push");
  }

  function update(state: State): void {
    list.draw(state);
    drawForm(state);
  }
  loadQueries();
  return { update };
};

/** A link to an answer, or a question in plain words, which is asked at once. */
function isAsked(state: State): boolean {
  if (state.query === null) return state.cypher !== null;
  return (isPlain(state) || state.args !== null) && faultsOf(print(state)).length === 0;
}
