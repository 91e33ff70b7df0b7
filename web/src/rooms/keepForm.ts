// Gives the classes that were taken with the lasso a name, and keeps them as a group.
import { hasCode } from "../api";
import type { Context } from "../context";
import { h } from "../dom";
import { needsService } from "../site/facts";
import type { ClassGroup } from "../types";
import { tokenForm } from "../views/tokenForm";

/** kept  the group is in the database */
export function keepForm({ api, store, model, isSite, changed }: Context, kept: (group: ClassGroup) => void): HTMLElement {
  if (isSite) return h("p", { class: "second" }, needsService("Keeping them as a group needs"));
  const name = h("input", { type: "text", name: "name", placeholder: "Name it, to keep it", "aria-label": "Name of the group", autocomplete: "off", required: true, maxlength: "80" });
  const button = h("button", { class: "button small", type: "submit" }, "Keep");
  const word = h("div", { class: "second", role: "status" });
  const form = h("form", { class: "actions" }, name, button);

  async function keep(): Promise<void> {
    button.disabled = true;
    word.textContent = "Keeping the group…";
    try {
      const group = await api.keepGroup(model.id, name.value.trim(), store.get().picked);
      word.textContent = `Kept as ${group.name}.`;
      name.value = "";
      kept(group);
      changed();
    } catch (error) {
      const token = hasCode(error, "FORBIDDEN") ? tokenForm(api.carry, keep) : null;
      word.replaceChildren((error as Error).message, token ?? "");
      token?.querySelector("input")?.focus();
    }
    button.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void keep();
  });
  return h("div", { class: "keep" }, form, word);
}
