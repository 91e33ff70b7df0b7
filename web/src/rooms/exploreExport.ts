// What is saved of a class's graph besides its picture: as far as the importance slider passes it.
import { provenance, saveJson, saveText } from "../export";
import { important } from "../layout/graph";
import { toCsv } from "../table";
import { channelTable, edgeTable } from "../tables/graph";
import type { ClassWithGraph, Model } from "../types";

export interface Saved {
  readonly item: ClassWithGraph;
  readonly min: number; // pictures of the least important channel
}

/** The actions of the menu. get  null while nothing is shown */
export function dataMenu(model: Model, get: () => Saved | null): Record<string, () => void> {
  const saving = (act: (saved: Saved) => void) => () => {
    const saved = get();
    if (saved) act(saved);
  };
  const part = ({ item, min }: Saved) => important(item.attributionGraph, min);
  return {
    "Data (JSON)": saving((saved) => saveJson(dataOf(model, saved), `${saved.item.name}.json`)),
    "Channels (CSV)": saving((saved) => saveText(toCsv(channelTable(part(saved))), "text/csv", `${saved.item.name} channels.csv`)),
    "Edges (CSV)": saving((saved) => saveText(toCsv(edgeTable(part(saved))), "text/csv", `${saved.item.name} edges.csv`)),
  };
}

function dataOf(model: Model, { item, min }: Saved) {
  const { name, index, attributionGraph } = item;
  const { totalChannels, totalEdges, origin } = attributionGraph;
  return { ...provenance(model), class: { index, name }, minCount: min, origin, totalChannels, totalEdges, ...important(attributionGraph, min) };
}
