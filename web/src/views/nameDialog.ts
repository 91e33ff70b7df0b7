// Where somebody names a channel, and saves or loads the names that this browser keeps.
import { h } from "../dom";
import { saveText } from "../export";
import { plural, shortId } from "../format";
import type { Names } from "../names";
import { LONGEST_NAME } from "../ownNames";

/** Opens it for a channel; it goes when it is closed. */
export function openNameDialog(id: string, names: Names): void {
  const field = h("input", { type: "text", name: "name", maxlength: LONGEST_NAME, "aria-label": "Name of the channel", placeholder: names.suggested(id)?.name ?? "bear face", autocomplete: "off" });
  field.value = names.own(id) ?? "";
  const said = h("p", { class: "second", role: "status" });
  const file = h("input", { type: "file", accept: ".json,application/json", class: "unseen", "aria-label": "File with names", tabindex: "-1" });
  const remove = h("button", { type: "button", class: "button", hidden: names.own(id) === null, onclick: () => keep(null) }, "Remove the name");
  const save = h("button", { type: "button", class: "button small", onclick: () => saveText(names.print(), "application/json", `names ${names.model}.json`) }, "Save names");
  const load = h("button", { type: "button", class: "button small", onclick: () => file.click() }, "Load names…");
  const form = h("form", { method: "dialog" }, field, h("div", { class: "actions" }, h("button", { type: "submit", class: "button" }, "Keep"), remove, h("button", { type: "button", class: "button", onclick: () => dialog.close() }, "Cancel")));
  const about = h("p", { class: "second" }, "This browser keeps names. A file takes them to another one.");
  const title = `Name ${shortId(id)}`;
  const dialog = h("dialog", { class: "help naming", "aria-label": title }, h("h2", {}, title), form, h("h2", {}, "All names"), about, h("div", { class: "actions" }, save, load, file), said);

  function keep(name: string | null): void {
    try {
      names.keep(id, name);
      dialog.close();
    } catch (error) {
      said.textContent = (error as Error).message;
    }
  }

  async function bring(): Promise<void> {
    try {
      const count = names.bring(await file.files![0]!.text());
      said.textContent = `${plural(count, "name")} loaded.`;
      field.value = names.own(id) ?? "";
    } catch (error) {
      said.textContent = (error as Error).message;
    }
    file.value = "";
  }

  form.addEventListener("submit", (event) => (event.preventDefault(), keep(field.value)));
  file.addEventListener("change", () => void bring());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    buttonOf(id)?.focus(); // what opened it was drawn again
  });
  document.body.append(dialog);
  dialog.showModal();
  field.select();
}

/** The button that names a channel, where there is one. */
const buttonOf = (id: string): HTMLElement | undefined =>
  [...document.querySelectorAll<HTMLElement>("[data-names]")].find((button) => button.dataset["names"] === id && button.offsetParent !== null);
