// One parameter of a stored query: a field for its value, and a search where it is a class, a channel or a group.
import type { Context } from "../../context";
import { h } from "../../dom";
import { appendTo, type Kind, kindOf, readParameter, writeParameter } from "../../parameters";
import { type Choices, findEverything } from "../../search";
import type { QueryField } from "../../types";
import type { Finding } from "../../views/combobox";
import { picker } from "../../views/picker";

export const LABELS: Readonly<Record<Kind, string>> = { class: "Find a class", channel: "Find a channel, like 4d 431", group: "Find a group" };

export interface FieldView {
  readonly name: string;
  readonly element: HTMLElement;
  /** The value; throws a sentence that says what is expected. */
  read(): unknown;
  put(value: unknown): void;
}

/** Finds values of a kind, as a parameter takes them.
 *
 * example  a value of the parameter: a group is asked for by its id, "<model>/<wnid>", where that is one, else by its wnid
 */
export function finder(kind: Kind, example: unknown, { api, model, names }: Context, choose: (value: string) => void, further: Choices = {}) {
  const isId = typeof example === "string" && example.includes("/");
  const choices: Readonly<Record<Kind, Choices>> = {
    class: { class: (index) => choose(`${model.id}/${index}`) },
    channel: { channel: (channel) => choose(`${model.id}/${channel}`) },
    group: { group: (key) => choose(isId && !key.includes("/") ? `${model.id}/${key}` : key) },
  };
  return (text: string): Promise<Finding[]> => findEverything(api, model, text, { ...choices[kind], ...further }, names);
}

/** example  a value of the parameter, by which it is known whether it is a class, a channel or a group */
export function queryField({ name, type }: QueryField, value: unknown, example: unknown, context: Context): FieldView {
  const { api, model } = context;
  const isList = type.startsWith("list<");
  const id = `parameter-${name}`;
  const input = h("input", { type: "text", id, name, spellcheck: "false", autocomplete: "off" });
  input.value = writeParameter(value);
  let isOwn = false; // the example was replaced
  input.addEventListener("input", () => (isOwn = true));

  function add(...ids: string[]): void {
    input.value = isList ? appendTo(isOwn ? input.value : "", ids) : (ids[0] ?? "");
    isOwn = true;
  }

  async function members(group: string): Promise<void> {
    const classes = await api.allClasses(model.id, group);
    add(...classes.map(({ index }) => `${model.id}/${index}`));
  }

  const kind = kindOf(name, example);
  const ofGroup: Choices = isList && kind === "class" ? { group: (wnid) => void members(wnid) } : {};
  const search = kind && picker(isList ? "Add" : "Find", { label: isList && kind === "class" ? "Find a class or a group" : LABELS[kind], find: finder(kind, example, context, add, ofGroup) });
  const label = h("label", { for: id }, h("b", {}, name), h("span", { class: "second" }, ` ${type}`));
  const element = h("div", { class: isList ? "field list" : "field" }, h("div", { class: "fieldhead" }, label, search && search.element), input);
  return { name, element, read: () => readParameter(name, type, input.value), put: (next) => void (input.value = writeParameter(next)) };
}
