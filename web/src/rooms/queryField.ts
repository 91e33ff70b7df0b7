// One parameter of a stored query: a field for its value, and a search where it is a class, a channel or a group.
import type { Context } from "../context";
import { h } from "../dom";
import { appendTo, type Kind, kindOf, readParameter, writeParameter } from "../parameters";
import { findEverything } from "../search";
import type { QueryField } from "../types";
import { picker } from "../views/picker";

const LABELS: Readonly<Record<Kind, string>> = { class: "Find a class", channel: "Find a channel, like 4d 431", group: "Find a group" };

export interface FieldView {
  readonly element: HTMLElement;
  /** [name, value]; throws a sentence that says what is expected. */
  read(): [string, unknown];
}

/** example  a value of the parameter, by which it is known whether it is a class, a channel or a group */
export function queryField({ name, type }: QueryField, value: unknown, example: unknown, { api, model }: Context): FieldView {
  const isList = type.startsWith("list<");
  const id = `parameter-${name}`;
  const input = h("input", { type: "text", id, name, spellcheck: "false", autocomplete: "off" });
  input.value = writeParameter(value);
  let isOwn = false; // the example was replaced
  input.addEventListener("input", () => (isOwn = true));

  function put(...ids: string[]): void {
    input.value = isList ? appendTo(isOwn ? input.value : "", ids) : (ids[0] ?? "");
    isOwn = true;
  }

  async function members(group: string): Promise<void> {
    const classes = await api.allClasses(model.id, group);
    put(...classes.map(({ index }) => `${model.id}/${index}`));
  }

  const kind = kindOf(name, example);
  const asId = typeof example === "string" && example.includes("/"); // of a group: "<model>/<wnid>", else its wnid
  const choices = {
    class: { class: (index: number) => put(`${model.id}/${index}`), ...(isList ? { group: (wnid: string) => void members(wnid) } : {}) },
    channel: { channel: (channel: string) => put(`${model.id}/${channel}`) },
    group: { group: (key: string) => put(asId && !key.includes("/") ? `${model.id}/${key}` : key) },
  };
  const search = kind && picker(isList ? "Add" : "Find", { label: isList && kind === "class" ? "Find a class or a group" : LABELS[kind], find: (text) => findEverything(api, model, text, choices[kind]) });
  const label = h("label", { for: id }, h("b", {}, name), h("span", { class: "second" }, ` ${type}`));
  const element = h("div", { class: isList ? "field list" : "field" }, h("div", { class: "fieldhead" }, label, search && search.element), input);
  return { element, read: () => [name, readParameter(name, type, input.value)] };
}
