// Query: stored queries as forms with their contracts, a Cypher editor, and the answer as a table or a graph.
import { faultsOf } from "../address";
import type { MakeRoom } from "../context";
import { h, latest, mark, redraw, walkItems } from "../dom";
import { fitExample } from "../examples";
import { saveJson, saveText } from "../export";
import { number, plural } from "../format";
import { printJson } from "../json";
import { layoutMotif } from "../layout/motif";
import { readParameters, type Values } from "../parameters";
import { type Change, print, type State } from "../state";
import { edgesOf, toCsv } from "../table";
import type { GraphEdge, Model, StoredQuery, Table } from "../types";
import { label } from "../views/detail";
import { menu } from "../views/menu";
import { drawScene } from "../views/motif";
import { statusView } from "../views/status";
import { telling } from "../tables/twin";
import { tableView } from "../views/table";
import { warning } from "../views/warning";
import { queryField } from "./queryField";

/** A statement that has an answer whatever the model is: the channels that most graphs have. */
const begin = ({ id }: Model): string => `MATCH (class:ImageClass {model: ${JSON.stringify(id)}})-[has:HAS_CHANNEL]->(channel:Channel)
RETURN channel.layer AS layer, channel.index AS index, count(class) AS graphs, sum(has.count) AS pictures
ORDER BY graphs DESC, pictures DESC
LIMIT 20`;

export const queryRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const list = h("nav", { class: "scroll", "aria-label": "Queries" });
  const filter = h("input", { type: "search", class: "filter", placeholder: "Filter", "aria-label": "Filter queries", oninput: () => drawList(store.get()) });
  walkItems(list, "a");
  const total = h("span", { class: "total second", "aria-live": "polite" });
  const head = h("div", { class: "queryhead" });
  const form = h("form", { class: "queryform" });
  const summary = h("div", { class: "summary" });
  const early = h("div");
  const result = h("div", { class: "resulthost" });
  const picture = h("div", { class: "resulthost", hidden: true });
  const stage = h("div", { class: "stage column resultstage" }, summary, early, result, picture);
  host.append(h("aside", { class: "left", "aria-label": "Stored queries" }, h("div", { class: "order" }, filter, total), list), h("section", { class: "middle" }, h("div", { class: "questions" }, head, form), stage));

  const status = statusView(stage);
  const ids = { model: model.id, layers: new Set(model.layers.map((layer) => layer.name)) };
  const names = api.classNames(model.id).then(
    (classes) => new Map(classes.map((item) => [item.index, item.name])),
    () => new Map<number, string>(), // the ids must do
  );
  const updateTable = tableView(result, links, telling(ids), "Result");
  updateTable(null);
  const answer = latest();
  let queries: readonly StoredQuery[] | null = null;
  let indexes: readonly number[] = []; // of the classes
  let drawn: string | null = null;

  function loadQueries(): void {
    Promise.all([api.storedQueries(), names]).then(([found, classes]) => {
      [queries, indexes] = [found, [...classes.keys()]];
      const state = store.get();
      if (state.query !== null) drawn = null; // its form waits for the contract; an editor in use stays as it is
      if (state.room === "query") update(state);
    }, (error: Error) => status.failed(error, loadQueries));
  }

  function drawList(state: State): void {
    const editor = links.to({ query: null, args: null }, { class: "query" }, h("b", {}, "Cypher"), h("span", { class: "second" }, "write your own, read-only"));
    mark(editor, "aria-current", state.query === null ? "true" : null);
    const words = filter.value.toLowerCase().split(/\s+/);
    const fits = ({ name, about }: StoredQuery) => words.every((word) => `${name} ${about}`.toLowerCase().includes(word));
    const found = (queries ?? []).filter(fits);
    total.textContent = queries ? `${found.length} of ${queries.length}` : "";
    const stored = found.map((query) => {
      const link = links.to({ query: query.name, args: null, cypher: null }, { class: "query", title: query.about }, h("b", {}, query.name), h("span", { class: "second" }, query.about));
      mark(link, "aria-current", state.query === query.name ? "true" : null);
      return link;
    });
    redraw(list, () => list.replaceChildren(editor, ...stored));
    const items = [editor, ...stored];
    const home = items.find((item) => item.hasAttribute("aria-current")) ?? editor;
    for (const item of items) item.tabIndex = item === home ? 0 : -1;
  }

  const question = ({ query, args, cypher }: State): string => JSON.stringify([query, args, query === null ? cypher : null]);

  /** Puts the question into the address; what is drawn is its form already. */
  function keep(change: Change): void {
    drawn = question({ ...store.get(), ...change });
    store.set(change, "replace");
  }

  function drawForm(state: State): void {
    if (question(state) === drawn) return;
    drawn = question(state);
    answer.forget(); // it is another question's
    clear();
    if (state.query === null) {
      drawEditor(state);
      if (state.cypher !== null) run(); // a link to an answer
      return;
    }
    const query = queries?.find((item) => item.name === state.query);
    if (query) {
      drawStored(query, state);
      if (state.args !== null && faultsOf(print(state)).length === 0) run();
      return;
    }
    head.replaceChildren();
    form.replaceChildren();
    if (queries) status.failed(new Error(`There is no stored query “${state.query}”.`), loadQueries, links.to({ query: null }, { class: "button" }, "Write Cypher"));
  }

  function drawEditor({ cypher, args }: State): void {
    context.name("Cypher");
    head.replaceChildren(h("h1", {}, "Cypher"), h("p", { class: "second" }, "One read-only statement over the graph database. Ctrl + Enter runs it."));
    const statement = h("textarea", { name: "statement", rows: "7", spellcheck: "false", "aria-label": "Cypher statement" });
    statement.value = cypher ?? begin(model);
    const parameters = h("input", { type: "text", name: "parameters", placeholder: 'parameters, like {"limit": 10}', "aria-label": "Parameters, as JSON", spellcheck: "false" });
    parameters.value = args ?? "";
    form.replaceChildren(statement, h("div", { class: "actions" }, parameters, runButton()));
    ask = () => {
      const values = readParameters(parameters.value);
      keep({ cypher: statement.value, args: parameters.value.trim() || null });
      return api.cypher(statement.value, values);
    };
  }

  function drawStored(query: StoredQuery, { args }: State): void {
    context.name(query.name);
    const returns = query.returns.map(({ name, type }) => h("span", {}, h("b", {}, name), ` ${type}`));
    head.replaceChildren(
      h("h1", {}, query.name),
      h("p", {}, query.about),
      ...(query.units ? [h("p", { class: "second" }, query.units)] : []),
      h("p", { class: "second returns" }, "returns ", ...returns),
    );
    const example = fitExample(query.example as Values, model, indexes);
    const given = startValues(example, args);
    const fields = query.parameters.map((field) => queryField(field, given[field.name], example[field.name], context));
    const text = h("details", {}, h("summary", {}, "Cypher"), h("pre", {}, query.text));
    form.replaceChildren(...fields.map(({ element }) => element), h("div", { class: "actions" }, runButton()), text);
    ask = () => {
      const values = Object.fromEntries(fields.map((field) => field.read()));
      keep({ args: printJson(values) });
      return api.storedQuery(query.name, values);
    };
  }

  function startValues(example: Values, args: string | null): Values {
    try {
      return { ...example, ...(args ? readParameters(args) : {}) };
    } catch {
      return example; // nonsense in the address
    }
  }

  const runButton = () => h("button", { class: "button main", type: "submit", title: "Run (Ctrl + Enter)" }, "Run");
  let ask: () => Promise<Table> = () => Promise.reject(new Error("there is nothing to run"));

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
    clear();
    status.loading();
    const asked = new Promise<Table>((resolve) => resolve(ask())); // a field that cannot be read fails here too
    const name = store.get().query ?? "cypher";
    const going = Promise.all([asked, names]);
    answer(going, ([table, classes]) => arrived(name, table, classes), (error) => status.failed(error, run));
  }

  function clear(): void {
    status.clear();
    summary.replaceChildren();
    early.replaceChildren();
    updateTable(null);
    picture.hidden = true;
    picture.replaceChildren();
  }

  function arrived(name: string, table: Table, classes: ReadonlyMap<number, string>): void {
    status.clear();
    const facts = [plural(table.rows.length, "row"), `${number(Math.round(table.seconds * 1000))} ms`];
    if (table.truncated) facts.push("cut off at the limit");
    const save = menu("Export", {
      "Table (CSV)": () => saveText(toCsv(table), "text/csv", `${name}.csv`),
      "Data (JSON)": () => saveJson(table, `${name}.json`),
    });
    const edges = edgesOf(table, ids);
    summary.replaceChildren(label("Answer", facts.join(" · "), "", "h2"), h("div", { class: "actions" }, edges && graphButton(edges), save));
    if (table.note !== null) early.replaceChildren(warning(table.note, table.cursor === null ? null : () => goOn(table.cursor!)));
    updateTable(table, classes);
    if (!table.rows.length) status.empty("No rows.");
  }

  /** The same question once more, from where its search ended. */
  function goOn(cursor: string): void {
    store.set({ args: printJson({ ...readParameters(store.get().args ?? ""), cursor }) }, "push");
  }

  /** Where an answer is made of edges it can be seen as a graph. */
  function graphButton(edges: readonly GraphEdge[]): HTMLButtonElement {
    const button = h("button", { class: "button", "aria-pressed": "false" }, "Graph");
    button.addEventListener("click", () => {
      const asGraph = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(asGraph));
      result.hidden = asGraph;
      picture.hidden = !asGraph;
      if (asGraph && !picture.hasChildNodes()) drawGraph(edges);
    });
    return button;
  }

  function drawGraph(edges: readonly GraphEdge[]): void {
    const channels = [...new Set(edges.flatMap(({ source, target }) => [source, target]))];
    status.loading();
    answer(api.channels(channels), (found) => {
      status.clear();
      drawScene(picture, layoutMotif(model.layers, found, edges, model.layers.length), (link, channel) => links.turn(link, { room: "channel", channel, pin: null }));
    }, (error) => status.failed(error, () => drawGraph(edges)));
  }

  function update(state: State): void {
    drawList(state);
    drawForm(state);
  }
  loadQueries();
  return { update };
};
