// A button that opens a search field for one thing.
import { h } from "../dom";
import { comboboxView, type ComboboxOptions } from "./combobox";

export interface Picker {
  readonly element: HTMLElement;
  /** What is chosen, on the button. */
  say(text: string): void;
}

export function picker(text: string, options: Omit<ComboboxOptions, "placeholder" | "hint" | "leave">): Picker {
  const button = h("button", { type: "button", class: "button", "aria-expanded": "false" }, text);
  const panel = h("div", { class: "pickerpanel", hidden: true });
  const host = h("div", { class: "menuhost" }, button, panel);
  const leave = () => (open(false), button.focus());
  const field = comboboxView(panel, { ...options, placeholder: options.label, leave });
  const open = (yes: boolean) => {
    panel.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (yes) field.focus();
  };
  button.addEventListener("click", () => open(Boolean(panel.hidden)));
  host.addEventListener("focusout", (event) => {
    if (!host.contains(event.relatedTarget as Node | null)) open(false);
  });
  return { element: host, say: (words) => void (button.textContent = words) };
}
