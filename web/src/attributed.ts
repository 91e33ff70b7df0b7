// What an edge weighs: the class's pictures in which its source is among the strongest influences on its target, or those in which
// the source is among the five that contribute most to the target's attribution, where `summit check --edges` has counted that.
import { isOutput } from "./output";
import type { GraphEdge } from "./types";

export const WEIGHINGS = ["influence", "attribution"] as const;
export type Weighing = (typeof WEIGHINGS)[number];

type Attributed = Pick<GraphEdge, "attributed">;
type Weighable = Pick<GraphEdge, "target" | "weight" | "share" | "attributed" | "attributedOf">;

/** Less than any edge weighs, also one that was not counted. */
export const EVERY = -1;

/** Whether attribution was counted of any of the edges. */
export const areAttributed = (edges: readonly Attributed[]): boolean => edges.some(({ attributed }) => attributed != null);

/** The choice as far as it can hold: by influence where attribution was counted of no edge.  edges  of the whole graph */
export const weighedBy = (edges: readonly Attributed[], chosen: Weighing): Weighing => (areAttributed(edges) ? chosen : "influence");

/** Pictures, and their share of those that were looked at; null where they were not counted. An edge to the class itself has one weight, which is by attribution. */
export function weightOf({ target, weight, share, attributed, attributedOf }: Weighable, by: Weighing): Pick<GraphEdge, "weight" | "share"> | null {
  if (by === "influence" || isOutput(target)) return { weight, share };
  return attributed == null || attributedOf == null ? null : { weight: attributed, share: attributed / attributedOf };
}

/** The edges that weigh enough; above EVERY, only those that were counted. */
export const ofWeight = <Edge extends Weighable>(edges: readonly Edge[], least: number, by: Weighing = "influence"): readonly Edge[] =>
  least > 0 || by !== "influence" ? edges.filter((edge) => (weightOf(edge, by)?.weight ?? EVERY) >= least) : edges;
