// What is saved of a class's graph: its picture, its data as far as the importance slider and the choice of edges pass it, or files
// for other programs.
import type { Weighing } from "../attributed";
import type { Context } from "../context";
import { cutOf } from "../cut";
import { pictureMenu, provenance, saveJson, saveTable } from "../export";
import type { Kinds } from "../kinds";
import { important } from "../layout/graph";
import type { Names } from "../names";
import { channelTable, edgeTable } from "../tables/graph";
import { called, type Score } from "../state";
import type { ClassWithGraph, Model } from "../types";
import { menu } from "../views/menu";
import { fileMenu, OF_A_CLASS } from "./fileExport";

export interface Saved {
  readonly item: ClassWithGraph; // with the edges of the chosen kinds
  readonly isLive: boolean; // cut as the address says
  readonly kinds: Kinds; // which they are: all where kinds are not known
  readonly score: Score;
  readonly min: number; // pictures of the least important channel
  readonly weight: number; // of the lightest edge
  readonly by: Weighing; // what weights of edges are of
}

export interface Exported {
  saved(): Saved; // asked for once something is shown
  drawn: Parameters<typeof pictureMenu>[0];
  failed: Parameters<typeof pictureMenu>[1];
}

export function exploreExport(context: Context, { saved, drawn, failed }: Exported): HTMLElement {
  const { model, names, store } = context;
  const part = ({ item, min }: Saved) => important(item.attributionGraph, min);

  function asked() {
    const { item, isLive, score, min } = saved();
    const cut = isLive ? cutOf(store.get()) : null;
    return { class: item.index, score, min_count: min, ...(cut && { threshold: cut.threshold, unified: cut.unified, dead_ends: cut.deadEnds }) };
  }

  return menu("Export", () => {
    const { kinds, weight, by } = saved();
    return {
      ...pictureMenu(drawn, failed),
      "Data (JSON)": () => saveJson(dataOf(model, names, saved()), `${nameOf(saved())}.json`),
      "Channels (CSV)": () => saveTable(channelTable(part(saved())), names, `${nameOf(saved())} channels`),
      "Edges (CSV)": () => saveTable(edgeTable(part(saved())), names, `${nameOf(saved())} edges`),
      ...fileMenu(context, asked, failed, kinds !== "all" || weight > 0 || by !== "influence", OF_A_CLASS),
    };
  });
}

const nameOf = ({ item, score }: Saved): string => called(item.name, score);

function dataOf(model: Model, names: Names, { item, kinds, score, min, weight, by }: Saved) {
  const { name, index, attributionGraph } = item;
  const { totalChannels, totalEdges, origin, output } = attributionGraph;
  return { ...provenance({ model, names }), class: { index, name }, score, minCount: min, minWeight: weight, ...(by === "influence" ? {} : { weighedBy: by }), edgesOf: kinds, origin, totalChannels, totalEdges, ...important(attributionGraph, min), ...(output ? { output } : {}) };
}
