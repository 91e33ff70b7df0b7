// A button that opens a short list of actions.
import { h, walkItems } from "../dom";

/** What an item does, or why it cannot be done here. */
export type Actions = Readonly<Record<string, string | (() => unknown)>>;

/** actions  where their names depend on what is shown, what tells them whenever the menu is opened */
export function menu(label: string, actions: Actions | (() => Actions)): HTMLElement {
  const button = h("button", { class: "button", "aria-haspopup": "menu", "aria-expanded": "false" }, label);
  const list = h("div", { class: "menu", role: "menu", hidden: true });
  const host = h("div", { class: "menuhost" }, button, list);
  const open = (yes: boolean) => {
    if (yes && typeof actions === "function") list.replaceChildren(...itemsOf(actions()));
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) list.querySelector("button")?.focus();
  };
  const itemsOf = (all: Actions) => Object.entries(all).map(([name, act]) => {
    const why = typeof act === "string" ? act : null;
    const item = h("button", { role: "menuitem", title: why, "aria-disabled": why === null ? null : "true" }, name);
    item.addEventListener("click", () => {
      if (typeof act === "string") return;
      open(false);
      button.focus();
      act();
    });
    return item;
  });
  if (typeof actions !== "function") list.append(...itemsOf(actions));
  button.addEventListener("click", () => open(Boolean(list.hidden)));
  host.addEventListener("focusout", (event) => {
    if (!host.contains(event.relatedTarget as Node | null)) open(false);
  });
  walkItems(list, "button");
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.stopPropagation();
    open(false);
    button.focus();
  });
  return host;
}
