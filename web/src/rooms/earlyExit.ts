// Early exit: how well few channels of each layer tell the model's classes apart, as `summit probe` measured it.
import { asking } from "../asked";
import type { Context } from "../context";
import { h, redraw } from "../dom";
import { number, percent, plural } from "../format";
import { type Probed, probedOf } from "../layout/probe";
import { needsService } from "../site/facts";
import { label } from "../views/detail";
import { probeChart } from "../views/probe";
import { absence } from "../views/status";
import { tableView } from "../views/table";

const HEADS = ["layer", "top channels", "accuracy, %", "random channels, %", "worst set, %", "best set, %", "all channels", "accuracy of all, %"];

export function earlyExit(host: HTMLElement, { api, links, model, isSite }: Context) {
  const asked = asking<Probed[]>(draw);
  const line = (...words: (Node | string)[]) => h("p", { class: "second" }, ...words);

  function parts(): Node[] {
    if (isSite) return [line(needsService("Its measurement needs"))];
    const found = asked.get();
    if (found === null || found instanceof Error) return [absence(found, asked.retry)];
    const [first] = found;
    if (!first) return [line("Not measured for these counts: ", h("code", {}, "summit probe RUN"), " measures it on a counted run.")];
    const { classes, learning, held_out, top, sets, chance } = first;
    const about = `How well a linear classifier tells ${plural(classes, "class", "classes")} apart by the ${number(top)} most activated channels of each, by as many random ones (${plural(sets, "set")}) and by all. It learned from ${plural(learning, "picture")} and was tested on ${number(held_out)}; chance is ${percent(chance)}.`;
    const table = h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Early exit, a table" });
    const share = (value: number) => Math.round(1e4 * value) / 100;
    const rows = found.map((row) => [row.layer, row.channels, share(row.accuracy), share(row.random), share(row.random_least), share(row.random_most), row.size, share(row.every)]);
    tableView(table, links, () => null, "Early exit")({ columns: HEADS, rows });
    return [line(about), ...probeChart(found), table];
  }

  function draw(): void {
    redraw(host, () => host.replaceChildren(label("Early exit", "accuracy by layer, on held-out pictures", "", "h2"), ...parts()));
  }

  return {
    show(): void {
      const found = asked.get();
      if (found && (found instanceof Error || !found.length)) asked.forget(); // it may be measured meanwhile
      if (!isSite) asked.want(model.id, async () => probedOf(await api.storedQuery("layer_probes", { model: model.id })));
      draw();
    },
  };
}
