// The head of Explore: the class's name, how much of its graph is drawn, how that was cut, a motif laid over it.
import type { Weighing } from "../attributed";
import type { Context } from "../context";
import { cutOf, percents, raisedNetwork, tellCut } from "../cut";
import { h } from "../dom";
import { number, plural } from "../format";
import { idToPin } from "../layout/relate";
import { edgeId } from "../layout/scene";
import type { State } from "../state";
import { needsService } from "../site/facts";
import type { ClassWithGraph, GraphEdge, Model } from "../types";

export interface Titled {
  readonly shown: ClassWithGraph; // with the graph that is drawn
  readonly stored: ClassWithGraph | null; // with the one the database holds
  readonly drawn: { readonly channels: number; readonly edges: number };
  readonly edges: readonly GraphEdge[]; // that pass the sliders and the choice of kinds
  readonly by: Weighing; // what the weights of edges are of
  readonly state: State;
}

/** drop  takes the motif away */
export function exploreTitle(host: HTMLElement, { model, isSite }: Pick<Context, "model" | "isSite">, drop: () => void) {
  const name = h("h1", { tabindex: "0" });
  const facts = h("span", { id: "shown" });
  const note = h("span", { class: "cutnote" });
  const motif = h("button", { class: "chip", title: "Take the motif away", hidden: true, onclick: () => (name.focus(), drop()) });
  const line = h("p", { class: "second" }, facts, note, motif);
  host.append(h("h1", { class: "unseen" }, "Explore")); // until a class is shown

  return function update(titled: Titled): void {
    const cut = cutNote(titled, model, isSite);
    [name.textContent, name.title] = [titled.shown.name, titled.shown.name];
    facts.textContent = tellSize(titled);
    [note.textContent, note.title] = [cut.short && `· ${cut.short}`, cut.whole];
    motif.hidden = titled.state.motif.length === 0;
    motif.textContent = motif.hidden ? "" : `motif: ${motifHere(titled, model)} of ${plural(titled.state.motif.length, "edge")} ×`;
    if (name.parentElement !== host) host.replaceChildren(name, line);
  };
}

function tellSize({ shown, drawn, by }: Titled): string {
  const { totalChannels, totalEdges } = shown.attributionGraph;
  const part = (count: number, total: number, word: string) => (count === total ? plural(total, word) : `${number(count)} of ${plural(total, word)}`);
  return [part(drawn.channels, totalChannels, "channel"), part(drawn.edges, totalEdges, "edge") + (by === "influence" ? "" : `, weighed by ${by}`)].join(" · ");
}

/** Edges of the motif that the graph has, as far as it is shown. */
function motifHere({ edges, state }: Titled, model: Model): number {
  const present = new Set(edges.map((edge) => idToPin(model.id, edgeId(edge.source, edge.target))));
  return state.motif.filter((edge) => present.has(edge)).length;
}

/** Where only the stored graph can be shown: how it was cut, if that is known. Else whether the threshold was raised. */
function cutNote({ shown, stored, state }: Titled, model: Model, isSite: boolean): { readonly short: string; readonly whole: string } {
  if (!stored) return same("");
  const raised = raisedNetwork(shown.attributionGraph.origin);
  if (stored.live) return same(raised === null ? "" : `raised to ${percents(raised)}`);
  const { threshold, unified, deadEnds } = stored.attributionGraph.origin;
  const at = threshold ?? model.graphThreshold;
  const whole = at === null ? "" : `cut at ${tellCut(at, unified, deadEnds)}`;
  const other = isSite ? needsService("another cut needs") : "no other can be cut, for its PageRank is not kept";
  const both = [whole, other].filter(Boolean).join(" · ");
  if (cutOf(state) !== null) return same(both);
  return { short: at === null ? "" : `cut at ${percents(at)} ${unified ? "of the network" : "per layer"}`, whole: isSite ? both : whole };
}

const same = (words: string) => ({ short: words, whole: words });

/** Why no channel is drawn, and the change of the address that brings some back; null where some are. unit  what a channel is counted in, like "picture";  remedy  a sentence */
export function whyNothing({ name, attributionGraph }: ClassWithGraph, isStored: boolean, min: number, unit: string, remedy: string): { readonly words: string; readonly way: "stored" | "all" | null } | null {
  const { channels } = attributionGraph;
  if (!channels.length && !isStored) return { words: `No channel of ${name} is selected at this threshold.`, way: "stored" };
  if (!channels.length) return { words: `${name} has no attribution graph.${remedy}`, way: null };
  if (channels.some(({ count }) => count >= min)) return null;
  const most = Math.max(...channels.map(({ count }) => count));
  return { words: `No channel of ${name} is in ${number(min)} or more ${unit}s; the most is ${number(most)}.`, way: "all" };
}
