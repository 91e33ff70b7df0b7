// A stored query as a form with its contract, or as a question in plain words whose blanks are its parameters.
import type { Context } from "../../context";
import { h } from "../../dom";
import { fitExample } from "../../examples";
import { printJson } from "../../json";
import { kindOf, readParameters, type Values } from "../../parameters";
import type { Change, State } from "../../state";
import type { StoredQuery } from "../../types";
import { type FieldView, queryField } from "./field";
import type { Form } from "./form";
import { type Blank, fill, isPlain, plainly, type Question, questionOf, valueOf, withValue } from "./questions";
import { ofSeen } from "./seen";
import { type Called, sayValue, sentenceView } from "./sentence";
import { must } from "../../must";

/** run  asks again, after a blank was filled */
export function storedForm(query: StoredQuery, state: State, context: Context, called: Called, keep: (change: Change) => void, run: () => void): Form {
  const example = fitExample(query.example as Values, { model: context.model, indexes: [...called.classes.keys()], groups: called.groups, channel: called.channel });
  const question = questionOf(query.name);
  const asked = isPlain(state) ? question : null;
  const given = startValues({ ...(asked ? ofSeen(example, state, called.members, context.model.id, context.store.left() === "compare") : example), ...asked?.given }, state.args);
  const fields = query.parameters.map((field) => queryField(field, given[field.name], example[field.name], context));
  const values = (): Values => Object.fromEntries(fields.map((field) => [field.name, field.read()]));
  const parts = asked ? plainParts(query, asked, example, fields, context, called, run) : wholeParts(query, question, fields, context);
  parts.say(given);
  return {
    ...parts,
    ask() {
      const read = values();
      keep({ args: printJson(read) });
      parts.say(read);
      return { values: read, table: context.api.storedQuery(query.name, read) };
    },
    tell: (table, read) => (asked ? plainly(asked, table, (words) => fill(words, sayer(read, asked, example, context, called)), context.model) : table),
  };
}

type Parts = Omit<Form, "ask" | "tell"> & { say(values: Values): void };

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
    const field = must(fields.find(({ name }) => name === blank.name));
    field.put(withValue(blank, { [blank.name]: field.read() }, value));
    run();
  });
  const stored = context.links.to({ plain: false }, {}, query.name);
  const head = [sentence.element, h("p", { class: "second" }, query.units ? `${query.about} Units: ${query.units}.` : query.about)];
  const origin = h("p", {}, "The stored query ", stored, ".");
  const all = h("details", {}, h("summary", {}, "How this is answered"), origin, h("div", { class: "queryform" }, ...fields.map(({ element }) => element), h("div", { class: "actions" }, h("button", { class: "button", type: "submit" }, "Ask again"))));
  const say = (values: Values): void => {
    sentence.say(values);
    context.name(fill(question.words, sayer(values, question, example, context, called)));
  };
  return { title: query.name, head, fields: [], actions: [], below: [all], say };
}

/** Says what stands in a blank. */
const sayer = (values: Values, { empty }: Question, example: Values, context: Context, called: Called) => (blank: Blank): string =>
  sayValue(valueOf(blank, values), kindOf(blank.name, example[blank.name]), context, called, empty);

const cypherOf = (query: StoredQuery): Node => h("details", {}, h("summary", {}, "Cypher"), h("pre", {}, query.text));

function startValues(example: Values, args: string | null): Values {
  try {
    return { ...example, ...(args ? readParameters(args) : {}) };
  } catch {
    return example; // nonsense in the address
  }
}
