// A stored query as a form with its contract, or as a question in plain words whose blanks are its parameters.
import type { Context } from "../../context";
import { h } from "../../dom";
import { fitExample } from "../../examples";
import { printJson } from "../../json";
import { readParameters, type Values } from "../../parameters";
import type { Change, State } from "../../state";
import type { StoredQuery, Table } from "../../types";
import { type FieldView, queryField } from "./field";
import type { Form } from "./form";
import { fill, plainly, type Question, questionOf, valueOf, withValue } from "./questions";
import { type Called, sayValue, sentenceView } from "./sentence";

export interface StoredForm extends Form {
  /** The answer as it is told. */
  tell(table: Table): Pick<Table, "columns" | "rows">;
  read(): Values;
}

/** run  asks again, after a blank was filled */
export function storedForm(query: StoredQuery, { args, plain }: State, context: Context, called: Called, keep: (change: Change) => void, run: () => void): StoredForm {
  const example = fitExample(query.example as Values, context.model, [...called.classes.keys()]);
  const question = questionOf(query.name);
  const given = startValues({ ...example, ...(plain ? question?.given : {}) }, args);
  const fields = query.parameters.map((field) => queryField(field, given[field.name], example[field.name], context));
  const values = (): Values => Object.fromEntries(fields.map((field) => [field.name, field.read()]));
  const parts = plain && question ? plainParts(query, question, example, fields, context, called, run) : wholeParts(query, question, fields, context);
  parts.say(given);
  return {
    ...parts,
    read: values,
    ask() {
      const asked = values();
      keep({ args: printJson(asked) });
      parts.say(asked);
      return context.api.storedQuery(query.name, asked);
    },
    tell(table) {
      if (!plain || !question) return table;
      const asked = values();
      return plainly(question, table, (words) => fill(words, (blank) => sayValue(valueOf(blank, asked), context, called, question.empty)), context.model);
    },
  };
}

type Parts = Omit<Form, "ask"> & { say(values: Values): void };

function wholeParts(query: StoredQuery, question: Question | null, fields: readonly FieldView[], { links }: Context): Parts {
  const returns = query.returns.map(({ name, type }) => h("span", {}, h("b", {}, name), ` ${type}`));
  const head = [
    h("h1", {}, query.name),
    h("p", {}, query.about),
    ...(query.units ? [h("p", { class: "second" }, query.units)] : []),
    h("p", { class: "second returns" }, "returns ", ...returns),
    ...(question ? [h("p", {}, links.to({ plain: true }, {}, "Ask in plain words"))] : []),
  ];
  return { title: query.name, head, fields: fields.map(({ element }) => element), actions: [], below: [cypherOf(query)], say: () => undefined };
}

function plainParts(query: StoredQuery, question: Question, example: Values, fields: readonly FieldView[], context: Context, called: Called, run: () => void): Parts {
  const sentence = sentenceView(question, example, context, called, (blank, value) => {
    const field = fields.find(({ name }) => name === blank.name)!;
    field.put(withValue(blank, { [blank.name]: field.read() }, value));
    run();
  });
  const stored = context.links.to({ plain: false }, {}, query.name);
  const head = [sentence.element, h("p", { class: "second" }, query.about)];
  const origin = h("p", {}, "The stored query ", stored, query.units ? `: ${query.units}.` : ".");
  const all = h("details", {}, h("summary", {}, "How it is answered"), origin, h("div", { class: "queryform" }, ...fields.map(({ element }) => element), h("div", { class: "actions" }, h("button", { class: "button", type: "submit" }, "Ask again"))));
  const told = (values: Values) => fill(question.words, (blank) => sayValue(valueOf(blank, values), context, called, question.empty));
  const say = (values: Values): void => {
    sentence.say(values);
    context.name(told(values));
  };
  return { title: query.name, head, fields: [], actions: [], below: [all], say };
}

const cypherOf = (query: StoredQuery): Node => h("details", {}, h("summary", {}, "Cypher"), h("pre", {}, query.text));

function startValues(example: Values, args: string | null): Values {
  try {
    return { ...example, ...(args ? readParameters(args) : {}) };
  } catch {
    return example; // nonsense in the address
  }
}
