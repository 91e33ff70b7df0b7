// What Explore's details are of: the channel or edge that is pointed at, in the graph that is drawn, or else the class.
import type { Weighing } from "../attributed";
import type { Context } from "../context";
import type { Details } from "../details";
import { ofKinds } from "../kinds";
import { isEdge } from "../layout/relate";
import { crowned, isOutput, namedIn, outputEdge } from "../output";
import type { KnownPictures } from "../pictures/known";
import { pointedChannel, pointedEdge } from "../pointed";
import type { Score } from "../state";
import type { ClassView, ClassWithGraph } from "../types";
import { absent, type Pointed } from "../views/detail";
import { must } from "../must";

export interface Detailed {
  readonly shown: ClassView; // with the graph that is drawn
  readonly score: Score;
  readonly id: string | null; // what is pointed at, or pinned
  readonly by: Weighing; // what the weights of its edges are of
  readonly isPinned: boolean;
  readonly details: Pick<Details, "get">;
  readonly pictures: Pick<KnownPictures, "get">;
  passing(item: ClassWithGraph): ClassWithGraph; // with the edges that are drawn
  why(all: NonNullable<ReturnType<typeof pointedChannel>>): Node[]; // it is in the graph; all  its edges
  overview(): Node[];
  release(): void;
}

export function exploreDetail({ model, store }: Pick<Context, "model" | "store">, { shown, score, id, by, isPinned, details, pictures, passing, why, overview, release }: Detailed): Pointed {
  const whole = crowned(model, shown);
  const top = id !== null && !isEdge(id) && isOutput(id) && whole !== shown; // the class itself
  const channel = id && !isEdge(id) && !top ? pointedChannel(model, passing(whole), score, id, by, ofKinds(whole.attributionGraph.edges, store.get().kinds)) : null;
  const edge = id && isEdge(id) ? pointedEdge(model, whole, id) : null;
  if (channel) return { ...channel, outputs: namedIn(shown, channel.outputs), pinned: isPinned, traced: store.get().trace, detail: details.get(channel.id), pictures: pictures.get(channel.id, shown.index), why: isPinned && score === "activation" ? why(must(pointedChannel(model, whole, score, channel.id))) : [] };
  if (edge) return { ...edge, ...outputEdge(shown, edge), pinned: isPinned, detail: details.get };
  return { kind: "overview", content: [...(id && !top ? [absent(id, shown.name, model, release)] : []), ...overview()] };
}
