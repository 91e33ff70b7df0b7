// What is lit stands in front of a veil that dims all else, so that pointing touches only what changes.
import { easeCubicInOut } from "d3-ease";
import type { Selection } from "d3-selection";
import "d3-transition";
import type { ZoomTransform } from "d3-zoom";
import type { Scene, SceneEdge, SceneNode } from "../layout/scene";
import { beadsOf, lineWidth } from "../layout/beads";
import { createFlow } from "./flow";
import { appendLayer } from "./layers";
import { appendBeads, drawZones, heldBy, type Layer, lookOf, placed, threadBeads, way } from "./graphParts";
import { must } from "../must";

/** Ids of what is lit, and as what. */
export interface Lit {
  readonly pointed: string | null;
  readonly focused: string | null; // by keyboard
  readonly nodes: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
  readonly outputs: ReadonlySet<string>;
  readonly laid: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const FLOWING = 60; // edges; more would keep the machine busy while nothing changes

export function frontView(parent: Selection<HTMLDivElement, unknown, null, undefined>, nodes: Layer, edges: Layer) {
  const veil = appendLayer(parent, "over").attr("aria-hidden", "true").append("g").attr("class", "veil");
  veil.append("rect").attr("class", "ground").attr("width", "100%").attr("height", "100%");
  const zones = veil.append("g");
  const layer = appendLayer(parent, "over moving").attr("aria-hidden", "true");
  const front = layer.append("g").attr("class", "front");
  const beams = front.append("g");
  const copies = front.append("g");
  const flow = createFlow(must(beams.node()));
  const elements = new Map<string, readonly Element[]>(); // drawn channels, with their looks, and edges, by id
  const marked = new Map<string, ReadonlySet<string>>(); // ids by class

  function remember(layer: Layer, part: string): void {
    layer.selectAll<SVGGElement, SceneNode | SceneEdge>(`${part}:not(.gone)`).each(function ({ id }) {
      elements.set(id, [this, ...this.querySelectorAll(".look")]);
    });
  }

  /** Gives the class to those ids alone.  looks  and to how they are drawn behind the veil */
  function assign(name: string, next: ReadonlySet<string>, looks = false): void {
    const last = marked.get(name) ?? NONE;
    const toggle = (id: string, on: boolean) => elements.get(id)?.slice(0, looks ? undefined : 1).forEach((element) => element.classList.toggle(name, on));
    for (const id of last) if (!next.has(id)) toggle(id, false);
    for (const id of next) if (!last.has(id)) toggle(id, true);
    marked.set(name, next);
  }

  function drawBeams(lit: readonly SceneEdge[], toneOf: (edge: SceneEdge) => string, duration: number): void {
    const beam = beams.selectAll<SVGGElement, SceneEdge>("g").data(lit, (edge) => edge.id);
    const fresh = beam.enter().append("g");
    fresh.append("path").attr("class", "beam").attr("d", way);
    fresh.filter((edge) => beadsOf(edge) === null).append("path").attr("class", "flow").attr("d", way);
    appendBeads(fresh);
    const all = fresh.merge(beam).attr("class", (edge) => `${lookOf(edge)} ${toneOf(edge)}`).style("--held", heldBy).style("--strength", (edge) => edge.opacity);
    all.select<SVGPathElement>(".beam").attr("stroke-width", lineWidth);
    all.select<SVGPathElement>(".flow").attr("stroke-width", (edge) => Math.max(1, edge.width * 0.5));
    all.call(threadBeads);
    for (const part of [".beam", ".flow", ".beads"])
      if (duration) beam.select(part).transition().duration(duration).ease(easeCubicInOut).attr("d", way);
      else beam.select(part).attr("d", way);
    beam.exit().remove();
  }

  function drawCopies(lit: readonly SceneNode[], toneOf: (node: SceneNode) => string | null, duration: number): void {
    const copy = copies.selectAll<SVGUseElement, SceneNode>("use").data(lit, (node) => node.id);
    copy.exit().remove();
    if (duration) copy.transition().duration(duration).ease(easeCubicInOut).attr("transform", placed);
    else copy.attr("transform", placed);
    const fresh = copy.enter().append("use").attr("href", ({ id }) => `#${must(must(elements.get(id))[1]).id}`).attr("transform", placed);
    fresh.merge(copy).attr("class", toneOf);
  }

  return {
    layer,
    /** The drawing moves, and its layers with it, but for the veil's. */
    follow(transform: ZoomTransform): void {
      flow.hold();
      zones.attr("transform", transform.toString());
    },
    place(transform: ZoomTransform): void {
      front.attr("transform", transform.toString());
    },
    /** The drawing was drawn again: which elements there are, without marks. */
    renew(scene: Scene): void {
      elements.clear();
      marked.clear();
      remember(nodes, "g.node");
      remember(edges, "g.edge");
      drawZones(zones, scene, "shade");
    },
    /** duration  ms that the drawing moves for */
    show(scene: Scene, lit: Lit | null, isTraced: boolean, duration: number): void {
      const { pointed = null, focused = null, nodes: channels = NONE, inputs = NONE, outputs = NONE, laid = NONE } = lit ?? {};
      for (const [name, ids] of Object.entries({ lit: channels, input: inputs, output: outputs, laid })) assign(name, ids);
      assign("pointed", pointed === null ? NONE : new Set([pointed]));
      assign("focused", focused === null ? NONE : new Set([focused]), true);
      veil.classed("drawn", lit !== null);
      const toneOf = ({ id }: SceneEdge) => (inputs.has(id) ? "input" : outputs.has(id) ? "output" : "laid");
      const shown = lit ? scene.edges.filter(({ id }) => inputs.has(id) || outputs.has(id) || laid.has(id)) : [];
      const flowing = shown.filter(({ id }) => inputs.has(id) || outputs.has(id)).length; // what is laid over the graph stands still
      const isFlowing = flowing > 0 && flowing <= FLOWING;
      front.classed("traced", isTraced).classed("flowing", isFlowing);
      flow.run(isFlowing);
      drawBeams(shown, toneOf, duration);
      drawCopies(lit ? scene.nodes.filter(({ id }) => channels.has(id) || laid.has(id)) : [], ({ id }) => (id === pointed ? "pointed" : laid.has(id) ? "laid" : null), duration);
    },
  };
}
