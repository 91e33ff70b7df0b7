// The answer to a query: as a table, as a graph where it is made of edges, as bars where it has numbers.
import type { Context } from "../../context";
import { h, latest } from "../../dom";
import { provenance, saveJson, saveTable } from "../../export";
import { number, plural, shortId, withName } from "../../format";
import { idsOf, linkOf } from "../../ids";
import { layoutMotif } from "../../layout/motif";
import { edgesOf, idsIn, numbersIn } from "../../table";
import { telling, type Tell } from "../../tables/twin";
import type { Values } from "../../parameters";
import type { MotifEdge, Table } from "../../types";
import { barsView } from "../../views/bars";
import { label } from "../../views/detail";
import { menu } from "../../views/menu";
import { drawScene } from "../../views/motif";
import { statusView } from "../../views/status";
import { tableView } from "../../views/table";
import { warning } from "../../views/warning";
import { must } from "../../must";

const PICTURES = 200; // channels of an answer that are shown with a picture
const COMPARED = 6; // classes that are compared from here

export interface Answered {
  readonly name: string; // of a file
  readonly table: Table; // as it came
  readonly told: Pick<Table, "columns" | "rows">; // as it is shown
  readonly classes: ReadonlyMap<number, string>;
  readonly asked: Values;
  readonly isPlain: boolean; // classes and channels by their names
}

/** goOn  asks once more, from where a search ended */
export function answerView(stage: HTMLElement, { api, links, model, names, gone }: Context, goOn: (cursor: string) => void) {
  const summary = h("div", { class: "summary" });
  const early = h("div");
  const result = h("div", { class: "resulthost" });
  const picture = h("div", { class: "resulthost", hidden: true });
  const bars = h("div", { class: "resulthost", hidden: true });
  stage.append(summary, early, result, picture, bars);
  const status = statusView(stage);
  const ids = idsOf(model);
  let classes: ReadonlyMap<number, string> = new Map();
  let isPlain = false;
  let renewLooks: () => void = () => undefined;
  let renew: () => void = () => undefined; // draws what is shown once more
  const naming: Tell = (value) => {
    const change = linkOf(value, ids);
    if (!change) return null;
    return { text: change.class == null ? withName(shortId(value), names.own(value)) : (classes.get(change.class) ?? value), change };
  };
  const whole = telling(ids, names.own);
  const updateTable = tableView(result.appendChild(h("div")), links, (value) => (isPlain ? naming : whole)(value), "Result");
  const pictured = latest();
  const drawn = latest();
  clear();
  names.listen((isOwn) => isOwn && renew(), gone);

  function clear(): void {
    renew = () => undefined;
    status.clear();
    pictured.forget();
    drawn.forget();
    summary.replaceChildren();
    early.replaceChildren();
    updateTable(null);
    for (const host of [picture, bars]) {
      host.replaceChildren();
      host.hidden = true;
    }
    result.hidden = false;
  }

  function show({ name, table, told, asked, ...how }: Answered): void {
    clear();
    ({ classes, isPlain } = how);
    const count = plural(table.rows.length, "row");
    const facts = [table.rows.length && asked["limit"] === table.rows.length ? `${count}, the limit` : count, `${number(Math.round(table.seconds * 1000))} ms`];
    if (table.truncated) facts.push("cut off at the limit");
    const save = menu("Export", {
      "Table (CSV)": () => saveTable(table, names, name),
      "Data (JSON)": () => saveJson({ ...provenance({ model, names }), ...table }, `${name}.json`),
    });
    summary.replaceChildren(label("Answer", facts.join(" · "), "", "h2"), h("div", { class: "actions" }, compareLink(table, asked), ...looks(table, told), save));
    if (table.note !== null) early.replaceChildren(warning(table.note, table.cursor === null ? null : () => goOn(must(table.cursor))));
    let pictures: ReadonlyMap<string, string> | undefined;
    const draw = () => updateTable(told, isPlain ? undefined : classes, pictures);
    result.classList.toggle("plain", isPlain);
    draw();
    renew = () => (draw(), renewLooks());
    if (!table.rows.length) status.empty("No rows.");
    const channels = idsIn(told, ids).channels.slice(0, PICTURES);
    if (channels.length) pictured(api.channels(channels), (found) => {
      pictures = new Map(found.flatMap(({ id, pictures: of }) => (of?.thumbnail ? [[id, of.thumbnail]] : [])));
      draw();
    }, () => undefined);
  }

  /** Where a question and its answer name classes they can be compared. */
  function compareLink({ columns, rows }: Table, asked: Values): HTMLElement | null {
    const found = idsIn({ columns, rows: [Object.values(asked), ...rows] }, ids).classes;
    if (found.length < 2) return null;
    const first = found.slice(0, COMPARED);
    const words = found.length > first.length ? `Compare the first ${first.length}` : `Compare these ${first.length}`;
    return links.to({ room: "compare", classes: first, pin: null, motif: [], score: "activation" }, { class: "button" }, words);
  }

  /** Buttons for the looks of an answer beside the table, one at a time. */
  function looks(table: Table, told: Answered["told"]): HTMLElement[] {
    const edges = edgesOf(table, ids);
    const kinds = [
      { words: "Graph", host: picture, draw: edges && (() => drawGraph(edges)) },
      { words: "Chart", host: bars, draw: numbersIn(told).length ? () => barsView(bars, told, (value) => naming(value)?.text ?? value) : null },
    ];
    renewLooks = () => {
      for (const { host, draw } of kinds.filter(({ host }) => host.hasChildNodes())) {
        host.replaceChildren();
        if (!host.hidden) draw?.();
      }
    };
    const buttons = kinds.map(({ words, host, draw }) => {
      if (!draw) return null;
      const button = h("button", { class: "button", "aria-pressed": "false" }, words);
      button.addEventListener("click", () => {
        const isOn = button.getAttribute("aria-pressed") === "false";
        for (const other of buttons) other?.setAttribute("aria-pressed", String(isOn && other === button));
        for (const { host: one } of kinds) one.hidden = !(isOn && one === host);
        result.hidden = isOn;
        if (isOn && !host.hasChildNodes()) draw();
      });
      return button;
    });
    return buttons.filter((button) => button !== null);
  }

  function drawGraph(edges: readonly MotifEdge[]): void {
    const channels = [...new Set(edges.flatMap(({ source, target }) => [source, target]))];
    status.loading();
    drawn(api.channels(channels), (found) => {
      status.clear();
      drawScene(picture, layoutMotif(model.layers, found, edges, model.layers.length), (link, channel) => (links.turn(link, { room: "channel", channel, pin: null }), names.own(`${model.id}/${channel}`)));
    }, (error) => status.failed(error, () => drawGraph(edges)));
  }

  return { status, show, clear };
}
