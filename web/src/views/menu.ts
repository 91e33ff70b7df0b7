// A button that opens a short list of actions.
import { h, walkItems } from "../dom";

/** What an item does, or why it cannot be done here. */
export type Actions = Readonly<Record<string, string | (() => unknown)>>;

export function menu(label: string, actions: Actions): HTMLElement {
  const button = h("button", { class: "button", "aria-haspopup": "menu", "aria-expanded": "false" }, label);
  const list = h("div", { class: "menu", role: "menu", hidden: true });
  const host = h("div", { class: "menuhost" }, button, list);
  const open = (yes: boolean) => {
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) list.querySelector("button")?.focus();
  };
  for (const [name, act] of Object.entries(actions)) {
    const why = typeof act === "string" ? act : null;
    const item = h("button", { role: "menuitem", title: why, "aria-disabled": why === null ? null : "true" }, name);
    item.addEventListener("click", () => {
      if (typeof act === "string") return;
      open(false);
      button.focus();
      act();
    });
    list.append(item);
  }
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
