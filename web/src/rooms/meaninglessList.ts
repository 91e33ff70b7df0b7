// Channels that seem to mean nothing, with their scores and pictures: what is ticked becomes a list for `summit ingest --exclude`.
import { asking } from "../asked";
import type { Context } from "../context";
import { h, inCode, mark, redraw } from "../dom";
import { saveText } from "../export";
import { hundredths, number, percent, plural, shortId, withName } from "../format";
import { excludeList, type Measure, type Proposed, proposedOf, sorted } from "../meaningless";
import { graphsBy } from "../scores";
import { needsService } from "../site/facts";
import type { Channel } from "../types";
import { label, thumb } from "../views/detail";
import { absence } from "../views/status";

const LIMITS = { position: 1, selectivity: 0.12, frequency: 0.05, graphs: 0.5 }; // as `summit channels` has them
const MOST = 200; // channels that are shown
const MEASURES: readonly (readonly [Measure, string])[] = [["classes", "graphs with it"], ["frequency", "frequency"], ["position", "position"], ["selectivity", "selectivity"]];

interface Found {
  readonly proposed: readonly Proposed[];
  readonly isCut: boolean; // there are more
}

const MEASURED = `\`summit channels\` measured a position above ${LIMITS.position} nat, a selectivity below ${LIMITS.selectivity} and a frequency of at least ${percent(LIMITS.frequency)}`;

export function meaninglessList(host: HTMLElement, { api, links, model, names, isSite }: Context) {
  const asked = asking<Found>(draw);
  const ticked = new Set<string>();
  let channels: ReadonlyMap<string, Channel> = new Map();
  let by: Measure | null = null; // null: as the query gives them

  async function ask(): Promise<Found> {
    const rows = proposedOf(await api.storedQuery("channels_without_meaning", { model: model.id, ...LIMITS, limit: MOST + 1 }));
    const proposed = rows.slice(0, MOST);
    channels = new Map((await api.channels(proposed.map(({ id }) => id))).map((channel) => [channel.id, channel]));
    return { proposed, isCut: rows.length > MOST };
  }

  function drawRow(of: Proposed): HTMLElement {
    const { id, isMeasured, classes, frequency, position, selectivity } = of;
    const name = shortId(id);
    const tick = h("input", { type: "checkbox", "aria-label": `Exclude ${name}`, checked: ticked.has(id), onchange: () => (tick.checked ? ticked.add(id) : ticked.delete(id), drawChosen()) });
    const link = links.to({ room: "channel", channel: name }, { class: "neighbour" }, thumb(channels.get(id)?.pictures?.thumbnail ?? null, name, 28), h("span", {}, withName(name, names.own(id))));
    const value = (text: string) => h("td", { class: "value" }, text);
    return h("tr", {}, h("td", {}, tick), h("th", { scope: "row" }, link), value(number(classes)), value(frequency === null ? "–" : percent(frequency)), value(position === null ? "–" : hundredths(position)), value(selectivity === null ? "–" : hundredths(selectivity)), h("td", { class: "second" }, isMeasured ? "peaks in unusual places, whatever the class" : "in most graphs: frequency alone"));
  }

  const save = h("button", { class: "button small", onclick: () => saveText(excludeList(model.id, chosen()), "text/plain", "exclude.txt") }, "Save list");
  const count = h("span", { role: "status" });
  const command = h("p", { class: "actions" }, count, save, h("span", { class: "second" }, "then ", h("code", {}, "summit ingest … --exclude exclude.txt"), " counts a new run without them"));
  const proposedNow = (): readonly Proposed[] => {
    const found = asked.get();
    return found === null || found instanceof Error ? [] : found.proposed;
  };
  const chosen = (): Proposed[] => proposedNow().filter(({ id }) => ticked.has(id));

  function drawChosen(): void {
    count.textContent = `${plural(ticked.size, "channel")} ticked`;
    mark(save, "disabled", ticked.size ? null : "");
  }

  function parts(): Node[] {
    if (isSite) return [h("p", { class: "second" }, needsService("Proposing them needs"))];
    const found = asked.get();
    if (found === null || found instanceof Error) return [absence(found, asked.retry)];
    const { proposed, isCut } = found;
    const areMeasured = proposed.some(({ isMeasured }) => isMeasured);
    const isMixed = areMeasured && proposed.some(({ isMeasured }) => !isMeasured);
    const measured = `Proposed, as ${MEASURED}. Look at the pictures first: nothing is excluded on its own.`;
    const alone = `${isMixed ? "Of the others nothing but frequency is known" : "Nothing but frequency is known of this model"}: they are in at least half of its ${number(graphsBy(model, "activation"))} graphs. \`summit channels\` measures positions and selectivity of a counted run; for published graphs there is none. A frequent channel may well mean something: look at its pictures.`;
    if (!proposed.length) return [h("p", { class: "second" }, ...inCode(`No channel qualifies. A channel is proposed if ${MEASURED}; where nothing was measured, if it is in at least half of the graphs.`))];
    const heads = MEASURES.map(([measure, text]) => h("th", { scope: "col", class: "value", "aria-sort": by === measure ? (measure === "selectivity" ? "ascending" : "descending") : null }, h("button", { class: "quiet", onclick: () => ((by = measure), draw()) }, text)));
    const rows = by === null ? proposed : sorted(proposed, by);
    const table = h("table", { class: "separating", "aria-label": "Channels that seem to mean nothing" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "exclude"), h("th", { scope: "col" }, "channel"), ...heads, h("th", { scope: "col" }, "reason"))), h("tbody", {}, ...rows.map(drawRow)));
    drawChosen();
    const first = isCut ? [h("p", { class: "second" }, `The first ${number(MOST)} are shown; more qualify. `, h("code", {}, "summit query channels_without_meaning"), " lists all.")] : [];
    return [...first, ...(isMixed ? [measured, alone] : [areMeasured ? measured : alone]).map((text) => h("p", { class: "second" }, ...inCode(text))), command, h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Channels that seem to mean nothing, a table" }, table)];
  }

  function draw(): void {
    const found = asked.get();
    const isCut = found !== null && !(found instanceof Error) && found.isCut;
    const count = proposedNow().length ? `${isCut ? "the first " : ""}${plural(proposedNow().length, "channel")}` : "";
    redraw(host, () => host.replaceChildren(label("Channels that seem to mean nothing", count, "", "h2"), ...parts()));
  }

  return {
    show(): void {
      asked.leave();
      if (!isSite) asked.want(model.id, ask);
      draw();
    },
  };
}
