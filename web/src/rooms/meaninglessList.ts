// Channels that seem to mean nothing, with their scores and pictures: what is ticked becomes a list for `summit ingest --exclude`.
import type { Context } from "../context";
import { h, latest, mark, redraw } from "../dom";
import { saveText } from "../export";
import { hundredths, number, percent, plural, shortId } from "../format";
import { excludeList, type Measure, type Proposed, proposedOf, sorted } from "../meaningless";
import { graphsBy } from "../scores";
import { needsService } from "../site/facts";
import type { Channel } from "../types";
import { label, thumb } from "../views/detail";

const LIMITS = { position: 1, selectivity: 0.12, frequency: 0.05, graphs: 0.5 }; // as `summit channels` has them
const MOST = 200; // channels
const MEASURES: readonly (readonly [Measure, string])[] = [["classes", "graphs with it"], ["frequency", "frequency"], ["position", "position"], ["selectivity", "selectivity"]];

export function meaninglessList(host: HTMLElement, { api, links, model, isSite }: Context) {
  const answer = latest();
  const ticked = new Set<string>();
  let isAsked = false;
  let found: readonly Proposed[] | Error | null = null;
  let channels: ReadonlyMap<string, Channel> = new Map();
  let by: Measure | null = null; // null: as the query gives them

  async function ask(): Promise<readonly Proposed[]> {
    const proposed = proposedOf(await api.storedQuery("channels_without_meaning", { model: model.id, ...LIMITS, limit: MOST }));
    channels = new Map((await api.channels(proposed.map(({ id }) => id))).map((channel) => [channel.id, channel]));
    return proposed;
  }

  function drawRow(of: Proposed): HTMLElement {
    const { id, isMeasured, classes, frequency, position, selectivity } = of;
    const name = shortId(id);
    const tick = h("input", { type: "checkbox", "aria-label": `Exclude ${name}`, checked: ticked.has(id), onchange: () => (tick.checked ? ticked.add(id) : ticked.delete(id), drawChosen()) });
    const link = links.to({ room: "channel", channel: name }, { class: "neighbour" }, thumb(channels.get(id)?.pictures?.thumbnail ?? null, name, 28), h("span", {}, name));
    const value = (text: string) => h("td", { class: "value" }, text);
    return h("tr", {}, h("td", {}, tick), h("th", { scope: "row" }, link), value(number(classes)), value(frequency === null ? "–" : percent(frequency)), value(position === null ? "–" : hundredths(position)), value(selectivity === null ? "–" : hundredths(selectivity)), h("td", { class: "second" }, isMeasured ? "peaks in unusual places, whatever the class" : "in most graphs: frequency alone"));
  }

  const save = h("button", { class: "button small", onclick: () => saveText(excludeList(model.id, chosen()), "text/plain", "exclude.txt") }, "Save list");
  const count = h("span", { role: "status" });
  const command = h("p", { class: "actions" }, count, save, h("span", { class: "second" }, "then ", h("code", {}, "summit ingest … --exclude exclude.txt"), " counts a new run without them"));
  const chosen = (): Proposed[] => (Array.isArray(found) ? (found as readonly Proposed[]).filter(({ id }) => ticked.has(id)) : []);

  function drawChosen(): void {
    count.textContent = `${plural(ticked.size, "channel")} ticked`;
    mark(save, "disabled", ticked.size ? null : "");
  }

  function parts(): Node[] {
    if (isSite) return [h("p", { class: "second" }, needsService("Proposing them needs"))];
    if (found === null) return [h("p", { class: "second" }, "Asking…")];
    if (found instanceof Error) return [h("p", { class: "second" }, found.message)];
    const proposed: readonly Proposed[] = found;
    const isMixed = proposed.some(({ isMeasured }) => isMeasured) && proposed.some(({ isMeasured }) => !isMeasured);
    const measured = `Proposed where \`summit channels\` measured a position above ${LIMITS.position} nat, a selectivity below ${LIMITS.selectivity} and a frequency of at least ${percent(LIMITS.frequency)}. Look at the pictures first: nothing is excluded on its own.`;
    const alone = `${isMixed ? "Of the others nothing but frequency is known" : "Nothing but frequency is known of this model"}: they are in at least half of its ${number(graphsBy(model, "activation"))} graphs. \`summit channels\` measures positions and selectivity of a counted run; for published graphs there is none. A frequent channel may well mean something: look at its pictures.`;
    const words = (text: string) => text.split("`").map((part, k) => (k % 2 ? h("code", {}, part) : part));
    if (!proposed.length) return [h("p", { class: "second" }, ...words(`No channel is proposed. ${measured.split(". ")[0]}; where nothing was measured, where it is in at least half of the graphs.`))];
    const heads = MEASURES.map(([measure, text]) => h("th", { scope: "col", class: "value", "aria-sort": by === measure ? (measure === "selectivity" ? "ascending" : "descending") : null }, h("button", { class: "quiet", onclick: () => ((by = measure), draw()) }, text)));
    const rows = by === null ? proposed : sorted(proposed, by);
    const table = h("table", { class: "separating", "aria-label": "Channels that seem to mean nothing" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "exclude"), h("th", { scope: "col" }, "channel"), ...heads, h("th", { scope: "col" }, "reason"))), h("tbody", {}, ...rows.map(drawRow)));
    drawChosen();
    return [...(isMixed ? [measured, alone] : [proposed[0]!.isMeasured ? measured : alone]).map((text) => h("p", { class: "second" }, ...words(text))), command, h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Channels that seem to mean nothing, a table" }, table)];
  }

  function draw(): void {
    const count = Array.isArray(found) && found.length ? plural(found.length, "channel") : "";
    redraw(host, () => host.replaceChildren(label("Channels that seem to mean nothing", count, "", "h2"), ...parts()));
  }

  return {
    show(): void {
      draw();
      if (isAsked || isSite) return;
      isAsked = true;
      const keep = (result: readonly Proposed[] | Error) => ((found = result), draw());
      answer(ask(), keep, (error) => ((isAsked = false), keep(error)));
    },
  };
}
