// Kinds of edges: which ways the network has from a channel to one of the next layer, and which of them are shown.
import type { EdgeKind } from "./types";

export const KINDS = ["all", "convolutions", "skips"] as const;
export type Kinds = (typeof KINDS)[number];

type OfKind = { readonly kind?: EdgeKind | null };

/** Whether the channel itself is handed on, with or without ways through convolutions beside it. */
export const isHandedOn = (kind: EdgeKind | null): boolean => kind === "SKIP" || kind === "BOTH";

/** Whether kinds are known of the edges; of an imported graph they are not. */
export const areKnown = (edges: readonly OfKind[]): boolean => edges.some(({ kind }) => kind != null);

/** The choice as far as it can hold: all where no edge has a known kind. edges  of all kinds */
export const obeyed = (edges: readonly OfKind[], kinds: Kinds): Kinds => (areKnown(edges) ? kinds : "all");

/** The edges of the chosen kinds; all where none of them has a known kind. */
export function ofKinds<Edge extends OfKind>(edges: readonly Edge[], kinds: Kinds): readonly Edge[] {
  const chosen = obeyed(edges, kinds);
  if (chosen === "all") return edges;
  return edges.filter(({ kind }) => kind != null && isHandedOn(kind) === (chosen === "skips"));
}

/** How an edge leads from its source to its target, for a legend, a fact, a table. */
export const WAYS: Readonly<Record<EdgeKind, string>> = {
  CONVOLUTION: "convolution",
  SKIP: "skip",
  BOTH: "skip and convolution",
};

/** Why no edge is drawn of a graph that has some; null where some are. */
export function whyNone(edges: readonly OfKind[], kinds: Kinds): string | null {
  if (!edges.length || ofKinds(edges, kinds).length) return null;
  return kinds === "skips" ? "No edge of this graph is a skip." : "Every edge of this graph uses a skip connection.";
}
