// What is drawn and which keys there are, opened by "?".
import { h } from "../dom";

const DRAWN: readonly (readonly [string, string])[] = [
  ["row", "a layer of the network, the last on top; a graph holds the channels of it that matter most to the class"],
  ["picture", "a channel, shown by what excites it most; the larger it is, the more of the class's pictures excite it"],
  ["number", "its index in the layer"],
  ["point", "on a map, a class; the nearer two are, the more their graphs share"],
  ["line", "the lower channel influences the upper; the wider, the more of the class's pictures it does so in (View: or by attribution)"],
  ["beads", "the channel itself is handed on by a skip connection"],
  ["dashed outline", "in fewer than half of the resampled graphs"],
];

const KEYS: readonly (readonly [string, string])[] = [
  ["/", "search"],
  ["← →", "along a row, or to the nearest class on a map"],
  ["↑ ↓", "along the strongest edge, or a list"],
  ["Enter", "pin what is pointed at"],
  ["Esc", "release"],
  ["t", "trace all it is built on and leads to"],
  ["d", "the data of the picture as tables, and back"],
  ["0", "fit the graph"],
  ["f", "full screen, and back"],
  ["Ctrl Z", "step back; with Shift, step forward"],
  ["+ −", "zoom"],
  ["g e", "Explore"],
  ["g a", "Map"],
  ["g c", "Compare"],
  ["g m", "Motifs"],
  ["g q", "Query"],
  ["?", "this help"],
];

/** tour  begins the tour of the page, once it is ready */
export function helpView(host: HTMLElement, tour: (ready: () => void) => Promise<void>): () => void {
  const keys = KEYS.map(([key, about]) => h("div", {}, h("dt", {}, ...key.split(" ").map((k) => h("kbd", {}, k))), h("dd", {}, about)));
  const drawn = DRAWN.map(([word, about]) => h("div", {}, h("dt", {}, word), h("dd", {}, about)));
  const close = h("button", { class: "button", onclick: () => dialog.close() }, "Close");
  const again = h("button", { class: "button", onclick: () => void tour(() => dialog.close()).catch((error: Error) => (said.textContent = error.message)) }, "Take the tour");
  const said = h("p", { class: "second", role: "status" });
  const dialog = h("dialog", { class: "help", "aria-label": "Help" }, h("h2", {}, "What is drawn"), h("dl", {}, ...drawn), h("h2", {}, "Keys"), h("dl", {}, ...keys), h("div", { class: "actions" }, close, again), said);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  host.append(dialog);
  return () => (dialog.open ? dialog.close() : dialog.showModal());
}
