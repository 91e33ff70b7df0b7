// Gives the classes that were taken with the lasso a name, and keeps them as a group.
import { hasCode } from "../api";
import type { Context } from "../context";
import { h } from "../dom";
import { needsService } from "../site/facts";
import type { ClassGroup } from "../types";

/** kept  the group is in the database */
export function keepForm({ api, store, model, isSite, changed }: Context, kept: (group: ClassGroup) => void): HTMLElement {
  if (isSite) return h("p", { class: "second" }, needsService("Keeping them as a group needs"));
  const name = h("input", { type: "text", name: "name", placeholder: "Name it, to keep it", "aria-label": "Name of the group", autocomplete: "off", required: true, maxlength: "80" });
  const token = h("input", { type: "password", name: "token", placeholder: "SUMMIT_TOKEN", "aria-label": "Token", autocomplete: "current-password", hidden: true });
  const button = h("button", { class: "button small", type: "submit" }, "Keep");
  const word = h("p", { class: "second", role: "status" });
  const form = h("form", { class: "keep" }, h("div", { class: "actions" }, name, button), token, word);

  async function keep(): Promise<void> {
    if (!token.hidden && token.value) api.carry(token.value);
    button.disabled = true;
    word.textContent = "Keeping the group…";
    try {
      const group = await api.keepGroup(model.id, name.value.trim(), store.get().picked);
      word.textContent = `Kept as ${group.name}.`;
      token.hidden = true;
      name.value = "";
      kept(group);
      changed();
    } catch (error) {
      token.hidden = !hasCode(error, "FORBIDDEN");
      word.textContent = (error as Error).message;
      if (!token.hidden) token.focus();
    }
    button.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void keep();
  });
  return form;
}
