// A button that opens a short list of actions.
import { h, walkItems } from "../dom";

export function menu(label: string, actions: Readonly<Record<string, () => unknown>>): HTMLElement {
  const button = h("button", { class: "button", "aria-haspopup": "menu", "aria-expanded": "false" }, label);
  const list = h("div", { class: "menu", role: "menu", hidden: true });
  const host = h("div", { class: "menuhost" }, button, list);
  const open = (yes: boolean) => {
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) list.querySelector("button")?.focus();
  };
  for (const [name, act] of Object.entries(actions)) {
    const item = h("button", { role: "menuitem" }, name);
    item.addEventListener("click", () => {
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
