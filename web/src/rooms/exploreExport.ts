// What is saved of a class's graph besides its picture: as far as the importance slider and the choice of edges pass it.
import type { Weighing } from "../attributed";
import { provenance, saveJson, saveText } from "../export";
import type { Kinds } from "../kinds";
import { important } from "../layout/graph";
import type { Names } from "../names";
import { toCsv, withNames } from "../table";
import { channelTable, edgeTable } from "../tables/graph";
import { called, type Score } from "../state";
import type { ClassWithGraph, Model } from "../types";

export interface Saved {
  readonly item: ClassWithGraph; // with the edges of the chosen kinds
  readonly kinds: Kinds; // which they are: all where kinds are not known
  readonly score: Score;
  readonly min: number; // pictures of the least important channel
  readonly weight: number; // of the lightest edge
  readonly by: Weighing; // what weights of edges are of
}

/** The actions of the menu. get  null while nothing is shown */
export function dataMenu(model: Model, names: Names, get: () => Saved | null): Record<string, () => void> {
  const saving = (act: (saved: Saved) => void) => () => {
    const saved = get();
    if (saved) act(saved);
  };
  const part = ({ item, min }: Saved) => important(item.attributionGraph, min);
  return {
    "Data (JSON)": saving((saved) => saveJson(dataOf(model, names, saved), `${nameOf(saved)}.json`)),
    "Channels (CSV)": saving((saved) => saveText(toCsv(withNames(channelTable(part(saved)), names.own)), "text/csv", `${nameOf(saved)} channels.csv`)),
    "Edges (CSV)": saving((saved) => saveText(toCsv(withNames(edgeTable(part(saved)), names.own)), "text/csv", `${nameOf(saved)} edges.csv`)),
  };
}

const nameOf = ({ item, score }: Saved): string => called(item.name, score);

function dataOf(model: Model, names: Names, { item, kinds, score, min, weight, by }: Saved) {
  const { name, index, attributionGraph } = item;
  const { totalChannels, totalEdges, origin, output } = attributionGraph;
  return { ...provenance({ model, names }), class: { index, name }, score, minCount: min, minWeight: weight, ...(by === "influence" ? {} : { weighedBy: by }), edgesOf: kinds, origin, totalChannels, totalEdges, ...important(attributionGraph, min), ...(output ? { output } : {}) };
}
