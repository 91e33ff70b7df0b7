// The tables that stand in place of a picture, and the switch between both.
import { h, mark } from "../dom";
import type { Links } from "../links";
import type { Room, State, Store } from "../state";
import { filled, type Tell, type Twin } from "../tables/twin";
import { tableView } from "./table";

const ROOMS: readonly Room[] = ["explore", "map", "compare", "motifs"]; // that draw a picture

/** Shows the picture's numbers as tables, or the picture again. */
export function toggleTable(store: Store): void {
  const { room, table, look, groups, subset } = store.get();
  const areGroups = room === "compare" && look === "ranking" && !subset && groups.length > 0; // whose rankings are tables already
  if (ROOMS.includes(room) && !areGroups) store.set({ table: !table }, "replace");
}

export function tableSwitch(store: Store) {
  const element = h("button", { class: "button", title: "The data of the picture as tables (d)", onclick: () => toggleTable(store) }, "Table");
  return { element, update: ({ table }: State): void => mark(element, "aria-pressed", String(table)) };
}

/** stage  holds the picture, which is out of reach while the tables stand in its place */
export function twinView(stage: HTMLElement, links: Links, tell: Tell) {
  const host = h("div", { class: "twin", role: "region", tabindex: "0", hidden: true });
  stage.append(host);
  const tables = new Map<string, { readonly section: HTMLElement; readonly title: HTMLElement; readonly update: ReturnType<typeof tableView> }>();
  let drawn = ""; // as it is in the tables
  let former: HTMLElement | null = null; // had the focus in the picture

  /** A table is identified by its first column and its place, so that a sorted one stays sorted. */
  function tableOf(twin: Twin, place: number) {
    const key = `${place} ${twin.columns[0]}`;
    const known = tables.get(key);
    if (known) return known;
    const title = h("h2", {});
    const body = h("div", {});
    const made = { section: h("section", {}, title, body), title, update: tableView(body, links, tell, twin.title) };
    tables.set(key, made);
    return made;
  }

  function fill(whole: readonly Twin[], names: ReadonlyMap<number, string>): void {
    const twins = whole.map(filled);
    const text = JSON.stringify(twins, (_, value: unknown) => (typeof value === "string" ? (tell(value)?.text ?? value) : value)); // names change, too
    if (text === drawn) return;
    drawn = text;
    const parts = twins.map((twin, place) => {
      const { section, title, update } = tableOf(twin, place);
      title.textContent = `${twin.title} (${twin.rows.length})`;
      update(twin, names);
      return section;
    });
    const isSame = parts.length === host.children.length && parts.every((part, k) => part === host.children[k]);
    if (!isSame) host.replaceChildren(...parts);
  }

  /** twins  null: the picture is shown;  names  of classes whose ids are in the tables */
  return function update(label: string, twins: readonly Twin[] | null, names: ReadonlyMap<number, string> = new Map()): void {
    const wasHidden = host.hidden;
    const active = document.activeElement;
    const isInPicture = active instanceof Element && stage.contains(active) && !host.contains(active);
    const isHere = host.contains(active);
    host.hidden = twins === null;
    stage.classList.toggle("tabled", twins !== null); // with :has() every change of the stage would style all of it again
    mark(host, "aria-label", `${label}, as tables`);
    if (twins) fill(twins, names);
    if (twins && wasHidden && isInPicture) {
      former = active as HTMLElement;
      host.focus();
    } else if (!twins && isHere) former?.focus();
  };
}
