// The list of keys, opened by "?".
import { h } from "../dom";

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "search"],
  ["← →", "along a row"],
  ["↑ ↓", "along the strongest edge"],
  ["Enter", "pin what is pointed at"],
  ["Esc", "release"],
  ["t", "trace all it is built on and leads to"],
  ["0", "fit the graph"],
  ["g e", "Explore"],
  ["g c", "Compare"],
  ["g m", "Motifs"],
  ["g q", "Query"],
  ["?", "this list"],
];

export function keysView(host: HTMLElement): () => void {
  const rows = KEYS.map(([key, about]) => h("div", {}, h("dt", {}, ...key.split(" ").map((k) => h("kbd", {}, k))), h("dd", {}, about)));
  const close = h("button", { class: "button", onclick: () => dialog.close() }, "Close");
  const dialog = h("dialog", { class: "keys", "aria-label": "Keys" }, h("h2", {}, "Keys"), h("dl", {}, ...rows), close);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  host.append(dialog);
  return () => (dialog.open ? dialog.close() : dialog.showModal());
}
