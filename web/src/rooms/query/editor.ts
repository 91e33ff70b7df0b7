// A statement of one's own: the editor, what the database holds, examples, and statements that were run or kept before.
import type { Context } from "../../context";
import { h, redraw } from "../../dom";
import { readParameters } from "../../parameters";
import type { Change, State } from "../../state";
import { storageOf } from "../../storage";
import type { Model, Table } from "../../types";
import { RECIPES, SCHEMA } from "./cookbook";
import type { Form } from "./form";
import { tokensOf } from "./highlight";
import { readStatements, type Statement, withName, withRun, writeStatements } from "./statements";

const LONGEST = 80; // letters of a statement in a list

/** A statement that has an answer whatever the model is: the channels that most graphs have. */
const begin = ({ id }: Model): string => `MATCH (class:ImageClass {model: ${JSON.stringify(id)}})-[has:HAS_CHANNEL]->(channel:Channel)
RETURN channel.layer AS layer, channel.index AS index, count(class) AS graphs, sum(has.count) AS pictures
ORDER BY graphs DESC, pictures DESC
LIMIT 20`;

export function editorForm({ api, links, model }: Context, { cypher, args }: State, keep: (change: Change) => void): Form {
  const editor = codeView(cypher ?? begin(model));
  const parameters = h("input", { type: "text", name: "parameters", placeholder: 'parameters, like {"limit": 10}', "aria-label": "Parameters, as JSON", spellcheck: "false" });
  parameters.value = args ?? "";
  const leadTo = (statement: string, words: string) => links.to({ cypher: statement, args: null }, { title: statement }, words);
  const known = statementsView(() => editor.value(), leadTo);
  const examples = h("ul", { class: "statements" }, ...RECIPES.map(({ about, statement }) => h("li", {}, leadTo(statement, about))));
  return {
    title: "Cypher",
    head: [h("h1", {}, "Cypher"), h("p", { class: "second" }, "One read-only statement over the graph database. Ctrl + Enter runs it.")],
    fields: [editor.element],
    actions: [parameters],
    below: [known.element, fold("Examples", examples), fold("What the database holds", h("pre", {}, SCHEMA))],
    ask(): Promise<Table> {
      const values = readParameters(parameters.value);
      keep({ cypher: editor.value(), args: parameters.value.trim() || null });
      known.ran(editor.value());
      return api.cypher(editor.value(), values);
    },
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
  return { element: h("div", { class: "code" }, colours, field), value: () => field.value };
}

/** Statements that this browser keeps: each leads to itself, and is kept under a name or forgotten. */
function statementsView(now: () => string, leadTo: (statement: string, words: string) => Node) {
  const storage = storageOf(() => localStorage);
  let statements = readStatements(storage);
  const name = h("input", { type: "text", "aria-label": "Name for the statement", placeholder: "Name for this statement", maxlength: LONGEST });
  const keepNow = (): void => {
    if (name.value.trim() !== "") change(withName(statements, now(), name.value.trim()));
    name.value = "";
  };
  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // it would run the statement
    keepNow();
  });
  const list = h("ul", { class: "statements" });
  const element = fold("Kept and recent", h("div", { class: "actions" }, name, h("button", { type: "button", class: "button", onclick: keepNow }, "Keep")), list);

  function change(next: readonly Statement[]): void {
    statements = [...next];
    writeStatements(storage, statements);
    draw();
  }

  const lineOf = ({ statement, name: called }: Statement): Node => {
    const words = statement.replace(/\s+/g, " ").trim();
    const short = words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words;
    const forget = h("button", { type: "button", class: "quiet", "aria-label": `Forget ${called}`, title: "Forget", onclick: () => change(withName(statements, statement, null)) }, "×");
    return h("li", {}, leadTo(statement, called ?? short), ...(called === null ? [] : [h("span", { class: "second" }, ` ${short} `), forget]));
  };

  function draw(): void {
    redraw(list, () => list.replaceChildren(...(statements.length ? statements.map(lineOf) : [h("li", { class: "second" }, "Statements that you run are listed here, in this browser.")])));
  }

  draw();
  return { element, ran: (statement: string) => change(withRun(statements, statement)) };
}
