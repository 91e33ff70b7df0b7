// Brand, what is loaded, the rooms, and the one search.
import { h, mark } from "../dom";
import { number, plural } from "../format";
import type { Links } from "../links";
import { isOutput } from "../output";
import { remember } from "../remember";
import type { Site } from "../site/facts";
import type { Change, Room, State } from "../state";
import { fullScreen } from "../fullScreen";
import { onTheme, theme, turnTheme } from "../theme";
import type { Model } from "../types";
import type { Step, Undo } from "../undo";
import { comboboxView, type Finding } from "./combobox";

export interface HeaderOptions {
  readonly links: Links;
  readonly models: readonly Model[];
  find(text: string): Promise<readonly Finding[]>;
  choose(model: string): void;
  help(): void;
  readonly undo: Undo;
  views(): void;
  readonly site: Site | null; // of a published copy, without a service
}

const NAMES: Partial<Record<Room, string>> = { explore: "Explore", map: "Map", compare: "Compare", motifs: "Motifs", query: "Query" };

const KEEPING: readonly Room[] = ["explore", "compare", "map"]; // that show what is pinned

/**
 * Into another room. An empty comparison begins with the class that is looked at, and a class that is not chosen yet is the first
 * of those compared; what is pinned stays so in rooms that show it, of which Explore alone shows the class itself.
 */
export function roomTarget(room: Room, state: State): Change {
  const { pin, classes, class: index } = state;
  const isKept = KEEPING.includes(room) && KEEPING.includes(state.room) && !(room === "map" && pin?.includes(">")) && (room === "explore" || !isOutput(pin ?? ""));
  const change: Change = isKept ? { room } : { room, pin: null };
  if (room === "compare" && !classes.length && index !== null) return { ...change, classes: [index] };
  return room === "explore" && index === null && classes[0] !== undefined ? { ...change, class: classes[0] } : change;
}

export function headerView(host: HTMLElement, { links, models, find, choose, help, views, undo, site }: HeaderOptions) {
  const home = links.to({ room: "explore" }, {}, "Summit Graph");
  const brand = h("span", { class: "brand" }, home);
  const facts = h("p", { class: "facts" });
  const copy = site && h("span", { title: "Files without a service, which motifs, queries and other cuts need" }, "published copy");
  let which: Node | null = null; // model; made once, for it may be open
  const rooms = (Object.entries(NAMES) as [Room, string][]).map(([room, name]) => ({ room, link: links.to({ room }, { class: "button" }, name) }));
  const tools = h("div", { class: "tools" });
  const header = h("header", {}, brand, facts, h("nav", { "aria-label": "Rooms" }, ...rooms.map(({ link }) => link)), tools);
  host.append(header);

  const search = comboboxView(tools, {
    label: "Search classes, channels and groups",
    placeholder: "Search classes, channels, groups",
    hint: "/",
    find,
  });
  const dark = h("button", { class: "round", "aria-label": "Dark colours", title: "Dark colours, or light ones", onclick: turnTheme }, "◐");
  const showTheme = () => mark(dark, "aria-pressed", String(theme() === "dark"));
  onTheme(showTheme);
  showTheme();
  const full = fullScreen(document, (isFull) => mark(whole, "aria-pressed", String(isFull)));
  const whole = h("button", { class: "round", "aria-label": "Full screen", title: "Full screen (f)", "aria-pressed": "false", hidden: full === null, onclick: () => full?.() }, h("i", { class: "corners" }));
  const back = h("button", { class: "round step", "aria-label": "Step back", onclick: undo.undo }, "↶");
  const again = h("button", { class: "round step", "aria-label": "Step forward", onclick: undo.redo }, "↷");

  /** Says what it does; where it does nothing, it keeps the focus that it may have. */
  function tell(button: HTMLElement, verb: string, step: Step | null, keys: string): void {
    mark(button, "aria-disabled", step ? null : "true");
    mark(button, "title", `${verb}: ${step ? step.words : "nothing"} (${keys})`);
  }

  tools.append(h("div", { class: "steps" }, back, again), h("button", { class: "round", "aria-label": "Saved views", title: "Saved views, and all names and notes", onclick: views }, "☆"), whole, dark, h("button", { class: "round", "aria-label": "Help", title: "What is drawn, and keys (?)", onclick: help }, "?"));

  function modelFact(model: Model): Node {
    if (models.length < 2) return h("span", {}, "model ", h("b", {}, model.architecture ?? model.id));
    const select = h("select", { "aria-label": "Model", onchange: () => choose(select.value) });
    for (const { id } of models) select.append(h("option", { value: id, selected: id === model.id }, id));
    return h("label", {}, "model ", select);
  }

  const drawFacts = remember((model: Model, images: number | null): void => {
    if (!which) facts.append(...(copy ? [copy] : []), (which = modelFact(model)));
    while (which.nextSibling) which.nextSibling.remove();
    facts.append(
      ...(model.dataset ? [h("span", {}, "data set ", h("b", {}, model.dataset))] : []),
      counted(site?.of ? `${number(model.classCount)} of ${plural(site.of, "class", "classes")}` : plural(model.classCount, "class", "classes")),
      counted(`${plural(model.graphChannelCount, "channel")} in graphs`),
      ...(images === null ? [] : [counted(`${plural(images, "image")} counted`)]),
    );
  });

  return {
    focusSearch: search.focus,
    full: () => full?.(),
    /** images  that were counted; null: unknown */
    update(state: State, model: Model, images: number | null): void {
      links.turn(home, { room: "explore" });
      const { undo: former, redo: later } = undo.next();
      tell(back, "Step back", former, "Ctrl+Z");
      tell(again, "Step forward", later, "Ctrl+Shift+Z");
      drawFacts(model, images);
      for (const { room, link } of rooms) {
        links.turn(link, roomTarget(room, state));
        mark(link, "aria-current", room === state.room ? "page" : null);
      }
    },
  };
}

/** A number of things, its digits in bold. */
function counted(words: string): HTMLElement {
  const [digits = "", ...rest] = words.split(" ");
  return h("span", {}, h("b", {}, digits), ` ${rest.join(" ")}`);
}
