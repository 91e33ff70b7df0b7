// A button that opens a small panel of controls over the page. The browser closes it at Escape and at a click elsewhere.
import { h } from "../dom";

const WIDTH = 320; // px

export function popover(label: string, about: string, ...content: Node[]): HTMLElement {
  const panel = h("div", { class: "popover", popover: "auto", role: "group", "aria-label": about }, ...content);
  const button = h("button", { class: "button", title: about }, label);
  button.popoverTargetElement = panel;
  panel.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    const { left, bottom } = button.getBoundingClientRect();
    const width = Math.min(WIDTH, innerWidth - 16);
    Object.assign(panel.style, { width: `${width}px`, left: `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`, top: `${bottom + 6}px`, maxHeight: `calc(100vh - ${bottom + 14}px)` });
  });
  return h("div", { class: "popoverhost" }, button, panel);
}
