// Which kinds of edges Explore shows: of the drawing, of what is said about it, and of what is saved.
import { isHandedOn, type Kinds, obeyed, ofKinds } from "../kinds";
import { areAttributed, ofWeight, type Weighing, weighedBy } from "../attributed";
import { important } from "../layout/graph";
import { areLikely } from "../probability";
import type { Context } from "../context";
import { shellWord } from "../format";
import type { Idle } from "../idle";
import { graphsBy } from "../scores";
import type { AttributionGraph, ClassWithGraph } from "../types";
import { kindBar } from "../views/kindBar";

export function exploreKinds({ model, store }: Pick<Context, "model" | "store">) {
  const { element, legend, update } = kindBar(store);
  const by = ({ edges }: Pick<AttributionGraph, "edges">): Weighing => weighedBy(edges, store.get().weighed);
  const passing = (graph: AttributionGraph, weight: number): AttributionGraph => ({ ...graph, edges: [...ofWeight(ofKinds(graph.edges, store.get().kinds), weight, by(graph))] });
  return {
    element,
    legend,
    /** min  pictures of the least important channel */
    update(shown: ClassWithGraph | null, min: number): void {
      const { kinds, lanes, probable } = store.get();
      const part = shown && important(shown.attributionGraph, min);
      update(part && { edges: part.edges, kinds, lanes, probable: areLikely([...part.channels, ...part.edges]) ? probable : null, faint: "fainter: less likely with other pictures; dashed outline: below 0.5" });
    },
    /** What cannot be followed of the choice of edges, and of their looks and sizes. */
    idle: ({ attributionGraph: { channels, edges } }: ClassWithGraph): Idle => ({
      weighed: areAttributed(edges) ? null : `these edges were not counted by attribution, as summit check ${shellWord(model.id)} --edges does`,
      probable: areLikely([...channels, ...edges]) ? null : "no probabilities are known here",
      lanes: edges.some(({ kind }) => isHandedOn(kind ?? null)) ? null : "no channel is handed on",
      size: graphsBy(model, "activation") > 1 ? null : "it needs two graphs",
    }),
    /** The choice as far as it holds for the graph. */
    obeyed: (shown: ClassWithGraph | null): Kinds => obeyed(shown?.attributionGraph.edges ?? [], store.get().kinds),
    /** What the weights of its edges are of. */
    by: (shown: ClassWithGraph): Weighing => by(shown.attributionGraph),
    /** The class with the edges of its graph that are of the chosen kinds and have that weight at least. */
    of: <Item extends ClassWithGraph>(item: Item, weight: number): Item => ({ ...item, attributionGraph: passing(item.attributionGraph, weight) }),
  };
}
