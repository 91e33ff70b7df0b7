// A search that ended early says why, and goes on at a press.
import { h } from "../dom";

/** note  as the service words it: "stopped at ..." */
export const warning = (note: string, goOn: (() => void) | null): HTMLElement =>
  h("p", { class: "warning", role: "status" }, `The search ${note} `, goOn && h("button", { class: "button small", type: "button", onclick: goOn }, "Go on searching"));
