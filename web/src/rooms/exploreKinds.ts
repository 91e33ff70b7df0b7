// Which kinds of edges Explore shows: of the drawing, of what is said about it, and of what is saved.
import { type Kinds, obeyed, ofKinds } from "../kinds";
import { important } from "../layout/graph";
import { areLikely } from "../probability";
import type { Store } from "../state";
import type { AttributionGraph, ClassWithGraph } from "../types";
import { kindBar } from "../views/kindBar";

export function exploreKinds(store: Store) {
  const { element, legend, update } = kindBar(store);
  const passing = (graph: AttributionGraph): AttributionGraph => ({ ...graph, edges: ofKinds(graph.edges, store.get().kinds) });
  return {
    element,
    legend,
    /** min  pictures of the least important channel */
    update(shown: ClassWithGraph | null, min: number): void {
      const { kinds, lanes, probable } = store.get();
      const part = shown && important(shown.attributionGraph, min);
      update(part && { edges: part.edges, kinds, lanes, probable: areLikely([...part.channels, ...part.edges]) ? probable : null, faint: "fainter: less likely with other pictures; dashed outline: below 0.5" });
    },
    /** The choice as far as it holds for the graph. */
    obeyed: (shown: ClassWithGraph | null): Kinds => obeyed(shown?.attributionGraph.edges ?? [], store.get().kinds),
    /** The class with the edges of its graph that are of the chosen kinds. */
    of: <Item extends ClassWithGraph>(item: Item): Item => ({ ...item, attributionGraph: passing(item.attributionGraph) }),
  };
}
