// A statement of one's own: the editor, what the database holds, examples, and statements that were run or kept before.
import type { Context } from "../../context";
import { h, redraw } from "../../dom";
import type { Known } from "../../examples";
import { readParameters } from "../../parameters";
import type { Change, State } from "../../state";
import { storageOf } from "../../storage";
import type { Model } from "../../types";
import { fitStatement, RECIPES, SCHEMA } from "./cookbook";
import type { Form } from "./form";
import { tokensOf } from "./highlight";
import type { Called } from "./sentence";
import { readStatements, type Statement, withRun, withStatement, writeStatements } from "./statements";

const LONGEST = 80; // letters of a statement in a list

/** A statement that has an answer whatever the model is: the channels that most graphs have. */
const begin = ({ id }: Model): string => `MATCH (class:ImageClass {model: ${JSON.stringify(id)}})-[has:HAS_CHANNEL]->(channel:Channel)
RETURN channel.layer AS layer, channel.index AS index, count(class) AS graphs, sum(has.count) AS pictures
ORDER BY graphs DESC, pictures DESC
LIMIT 20`;

/** run  runs what stands in the editor */
export function editorForm(context: Context, { cypher, args }: State, called: Called, keep: (change: Change) => void, run: () => void): Form {
  const { api, links, model, store } = context;
  const editor = codeView(cypher ?? begin(model));
  const parameters = h("input", { type: "text", name: "parameters", placeholder: 'parameters, like {"limit": 10}', "aria-label": "Parameters, as JSON", spellcheck: "false" });
  parameters.value = args ?? "";

  function leadTo(statement: string, given: string | null, words: string): HTMLAnchorElement {
    const link = links.to({ cypher: statement, args: given }, { title: statement }, words);
    link.addEventListener("click", () => {
      const state = store.get();
      if (state.cypher !== statement || state.args !== given) return; // it leads there
      editor.put(statement);
      parameters.value = given ?? "";
      run();
    });
    return link;
  }

  const now = () => ({ statement: editor.value(), args: parameters.value.trim() || null });
  const statements = statementsView(now, leadTo);
  const examples = h("ul", { class: "statements" });
  function know({ classes, groups }: Called): void {
    const known: Known = { model, indexes: [...classes.keys()], groups };
    const items = RECIPES.map(({ about, statement, needsCounts }) => h("li", {}, leadTo(fitStatement(statement, known), null, about), needsCounts ? h("span", { class: "second" }, " of networks that you counted") : null));
    redraw(examples, () => examples.replaceChildren(...items));
  }
  know(called);
  return {
    title: "Cypher",
    head: [h("h1", {}, "Cypher"), h("p", { class: "second" }, "One read-only statement over the graph database. Ctrl + Enter runs it.")],
    fields: [editor.element],
    actions: [parameters],
    below: [statements.element, fold("Examples", examples), fold("What the database holds", h("pre", {}, SCHEMA))],
    ask() {
      const values = readParameters(parameters.value);
      const { statement, args: given } = now();
      keep({ cypher: statement, args: given });
      statements.ran();
      return { values, table: api.cypher(statement, values) };
    },
    know,
    tell: (table) => table,
  };
}

const fold = (title: string, ...content: Node[]): HTMLElement => h("details", {}, h("summary", {}, title), ...content);

/** A text field for Cypher: below its letters, which cannot be seen, lie the same in colours. */
function codeView(text: string) {
  const field = h("textarea", { name: "statement", rows: "7", spellcheck: "false", "aria-label": "Cypher statement" });
  const colours = h("pre", { class: "colours", "aria-hidden": "true" });
  const draw = (): void => colours.replaceChildren(...tokensOf(field.value).map(({ text: word, sort }) => (sort === "plain" ? word : h("span", { class: `of-${sort}` }, word))), "\n");
  const follow = (): void => void (colours.scrollTop = field.scrollTop);
  field.value = text;
  field.addEventListener("input", draw);
  field.addEventListener("scroll", follow);
  draw();
  const put = (next: string): void => {
    field.value = next;
    draw();
  };
  return { element: h("div", { class: "code" }, colours, field), value: () => field.value, put };
}

/** Statements that this browser keeps: each leads to itself, and is kept under a name or forgotten. */
function statementsView(now: () => Pick<Statement, "statement" | "args">, leadTo: (statement: string, args: string | null, words: string) => Node) {
  const storage = storageOf(() => localStorage);
  const name = h("input", { type: "text", "aria-label": "Name for the statement", placeholder: "Name for this statement", maxlength: LONGEST });
  const keepNow = (): void => {
    const called = name.value.trim();
    if (called !== "") change((list) => withStatement(list, { ...now(), name: called }));
    name.value = "";
  };
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // it would run the statement
    keepNow();
  });
  const list = h("ul", { class: "statements" });
  const element = fold("Kept and recent", h("div", { class: "actions" }, name, h("button", { type: "button", class: "button", onclick: keepNow }, "Keep")), list);

  /** Of all that are kept by now: another tab may have kept some. */
  function change(next: (list: readonly Statement[]) => Statement[]): void {
    const statements = next(readStatements(storage));
    writeStatements(storage, statements);
    draw(statements);
  }

  const lineOf = (item: Statement): Node => {
    const { statement, args, name: called } = item;
    const words = statement.replace(/\s+/g, " ").trim();
    const short = words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
    const forget = h("button", { type: "button", class: "quiet", "aria-label": `Forget ${called}`, title: "Forget", onclick: () => change((list) => withStatement(list, { ...item, name: null })) }, "×");
    return h("li", {}, leadTo(statement, args, called ?? short), ...(called === null ? [] : [h("span", { class: "second" }, ` ${short} `), forget]));
  };

  function draw(statements: readonly Statement[]): void {
    redraw(list, () => list.replaceChildren(...(statements.length ? statements.map(lineOf) : [h("li", { class: "second" }, "Statements that you run are listed here, in this browser.")])));
  }

  draw(readStatements(storage));
  return { element, ran: () => change((list) => withRun(list, now().statement, now().args)) };
}
