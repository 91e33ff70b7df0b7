// The class itself above the last layer, where attribution was counted: a row of its own, and edges from the graph's channels.
import { number, plural } from "./format";
import type { AttributionGraph, ClassWithGraph, Confusion, GraphChannel, GraphEdge, Model, OutputEdge } from "./types";
import type { Fact, Neighbour, PointedEdge } from "./views/detail";
import { must } from "./must";

const OUTPUT = "class output"; // no layer is called so: names of modules have no spaces

export const outputId = (model: Model): string => `${model.id}/${OUTPUT}/0`;
/** Whether an id or a pin is of the class itself, or of an edge that leads to it. */
export const isOutput = (id: string): boolean => id.includes(`${OUTPUT}/`);

const edgesOf = (graph: AttributionGraph): readonly OutputEdge[] => graph.output?.edges ?? [];

/** The edges as those of a graph: their weight is the number of pictures that the attribution counts. */
const asEdge = (model: Model, { source, attributed, share }: OutputEdge): GraphEdge => ({ source, target: outputId(model), weight: attributed, share, kind: null, probability: null, attributed: null, attributedOf: null });

/** The same class with itself in its graph, as a channel, where there is something that leads to it. */
export function crowned<Item extends ClassWithGraph>(model: Model, item: Item): Item {
  const graph = item.attributionGraph;
  if (!edgesOf(graph).length) return item;
  const channel = { id: outputId(model), layer: OUTPUT, index: 0, classCount: 1, pictures: null };
  const itself: GraphChannel = { channel, count: Infinity, share: 0.15, pagerank: 0, probability: null };
  const edges = [...graph.edges, ...edgesOf(graph).map((edge) => asEdge(model, edge))];
  return { ...item, attributionGraph: { ...graph, channels: [...graph.channels, itself], edges } };
}

/** Rows of a model and of a class's graph, with the class itself above them where they reach up to the last layer. */
export function withClass(whole: Model, shown: ClassWithGraph, part: Part): Part {
  const { model, graph } = part;
  if (!edgesOf(shown.attributionGraph).length || model.layers.at(-1) !== whole.layers.at(-1)) return part;
  const row = { id: OUTPUT, name: OUTPUT, index: model.layers.length, channels: 1 };
  return { model: { ...model, layers: [...model.layers, row] }, graph: crowned(whole, { ...shown, attributionGraph: graph }).attributionGraph };
}

interface Part {
  readonly model: Model;
  readonly graph: AttributionGraph;
}

/** The class by its name among what a channel leads to. */
export const namedIn = ({ name }: ClassWithGraph, outputs: readonly Neighbour[]): Neighbour[] =>
  outputs.map((item) => (isOutput(item.id) ? { ...item, name } : item));

/** What else is told of an edge that leads to the class; nothing of another. */
export function outputEdge({ name, attributionGraph: graph, images }: ClassWithGraph, { id, source, target }: Pick<PointedEdge, "id" | "source" | "target">): Partial<PointedEdge> {
  const edge = isOutput(id) && edgesOf(graph).find((item) => item.source === source.id);
  if (!edge) return {};
  const { attributed, contribution, weight, mean } = edge;
  const facts = [
    { name: "attributed", value: number(attributed), of: images === null ? "pictures" : `of ${plural(images, "picture")}` },
    ...(contribution === null ? [] : [{ name: "contribution", value: signed(contribution), of: `${signed(must(weight))} × ${must(mean).toPrecision(3)}` }]),
  ];
  return { facts, target: { ...target, title: name } };
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toPrecision(3)}`;

/** What an output is called that pictures were taken for: as its class is, which is told apart from others of that name. */
export const outputName = ({ output, name, class: known }: Confusion): string => known?.name ?? name ?? `output ${output}`;

/** What is known of the class's score. */
export function scoreFacts({ attributionGraph: { output } }: ClassWithGraph): Fact[] {
  if (output?.score == null) return [];
  return [{ name: "mean score", value: signed(output.score), of: `bias ${signed(must(output.bias))}` }];
}
