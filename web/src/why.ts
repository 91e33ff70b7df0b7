// Why a channel is in a class's graph, in plain sentences.
import { percents } from "./cut";
import { number, percent, plural } from "./format";
import type { ChannelPlace, ClassWithGraph, GraphChannel, Model, SuggestedName } from "./types";
import { graphsBy } from "./scores";
import { unitsOf } from "./units";
import type { Neighbour } from "./views/detail";

export interface Asked {
  readonly model: Model;
  readonly shown: ClassWithGraph;
  readonly item: GraphChannel;
  readonly place: ChannelPlace;
  readonly inputs: readonly Neighbour[]; // strongest first
  readonly outputs: readonly Neighbour[];
}

export function tellWhy(asked: Asked): string[] {
  return [tellPictures(asked), tellRank(asked), tellUsers(asked), tellSpecific(asked), tellEdges(asked)].filter(Boolean);
}

function tellPictures({ model, shown, item }: Asked): string {
  const { images, name } = shown;
  const { count } = unitsOf(model);
  if (images === null || item.share === null) return `It is among the most active channels in ${plural(item.count, count)} of ${name}.`;
  return `It is among the most active channels in ${number(item.count)} of ${plural(images, count)} of ${name}, ${percent(item.share)}.`;
}

function tellRank({ model, shown, item, place }: Asked): string {
  const { rank, rowSize, margin, pagerankBefore } = place;
  const { layer } = item.channel;
  const alone = `By PageRank it is the only channel of ${layer} in the graph.`;
  const last = rank === rowSize ? "the last that was taken" : margin === null ? "" : `${times(margin)} the last that was taken`;
  const ranked = rowSize === 1 ? alone : `By PageRank it is number ${rank} of the graph's ${rowSize} in ${layer}${last && `, ${last}`}.`;
  if (pagerankBefore === null) return ranked;
  const { origin } = shown.attributionGraph;
  const at = origin.thresholds?.[model.layers.findIndex(({ name }) => name === layer)] ?? origin.threshold;
  return `${ranked} It is in the graph at any threshold above ${percents(pagerankBefore)}${at === null ? "" : `; this graph is cut at ${percents(at)}`}.`;
}

/** How many times the last one's PageRank it has. */
const times = (margin: number): string => `${margin.toFixed(1)} times`;

function tellUsers({ model, item, place }: Asked): string {
  if (place.others === 0) return "No other class's graph has it.";
  const { classCount } = item.channel;
  const graphs = graphsBy(model, "activation");
  return `${number(classCount)} of ${number(graphs)} graphs have it, ${percent(classCount / graphs)}.`;
}

/** How much more this class uses it than the others do. */
function tellSpecific({ model, shown, item, place }: Asked): string {
  const { others, meanCount, meanShare, rankAmongUsers } = place;
  if (others === 0 || meanCount === null) return "";
  const { count } = unitsOf(model);
  const elsewhere = meanShare === null ? `${number(Math.round(meanCount))} on average` : `${percent(meanShare)} on average`;
  const here = meanShare === null || item.share === null ? plural(item.count, count) : `${percent(item.share)} of the ${count}s`;
  return `${here} here, ${elsewhere} in the other ${plural(others, "graph")}: ${shown.name} is number ${number(rankAmongUsers)} of its ${number(others + 1)} classes.`;
}

function tellEdges({ model, inputs, outputs }: Asked): string {
  const most = ({ name, weight }: Neighbour) => `${name} (${plural(weight, unitsOf(model).weight)})`;
  const of = (list: readonly Neighbour[]) => (list.length > 1 ? `, first of ${list.length}` : "");
  const into = inputs[0] ? `${most(inputs[0])} leads to it most${of(inputs)}` : "Nothing in the graph leads to it";
  const from = outputs[0] ? `it leads most to ${most(outputs[0])}${of(outputs)}` : "it leads to nothing in the graph";
  return `${into}; ${from}.`;
}

/** Why it is called so; where it is not, that no group stands out. */
export function tellName(found: SuggestedName | null): string {
  if (!found) return "No group of classes stands out among those that have it.";
  return `${number(found.together)} of its ${plural(found.classCount, "class", "classes")} ${found.together === 1 ? "is" : "are"} of the group ${found.name}, which has ${number(found.size)}.`;
}
