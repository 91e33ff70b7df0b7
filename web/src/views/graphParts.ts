// The parts of a drawing, each joined to its part of the scene: zones, edges, channels, "+12".
import { easeCubicInOut } from "d3-ease";
import type { Selection } from "d3-selection";
import "d3-transition";
import { plural } from "../format";
import { beadsOf, kindClass, lineWidth } from "../layout/beads";
import { nameBelow } from "../layout/names";
import { edgePath, type Scene, type SceneEdge, type SceneLane, type SceneMore, type SceneNode } from "../layout/scene";
import { forgetPictures, loadPictures } from "../pictures/load";
import { appendChannel, growing, hold } from "./channelMark";
import { isAgain, toneOf } from "./tones";
import { must } from "../must";

export type Layer = Selection<SVGGElement, unknown, null, undefined>;
type Group<Datum> = Selection<SVGGElement, Datum, SVGGElement, unknown>;

/** isOther  another drawing than before: many edges that come with it fade in */
export function drawEdges(layer: Layer, scene: Scene, duration: number, isOther: boolean): void {
  const join = layer.selectAll<SVGGElement, SceneEdge>("g.edge:not(.gone)").data(scene.edges, (edge) => edge.id);
  const fresh = join.enter().append("g").attr("opacity", 0);
  fresh.append("path").attr("class", "line").attr("d", way);
  appendBeads(fresh);
  const all = fresh.merge(join).attr("class", (edge) => `edge ${lookOf(edge)}`).style("--held", heldBy);
  all.style("--strength", (edge) => edge.opacity);
  all.call(threadBeads);
  if (duration && fresh.size() + join.exit().size() <= ONE_BY_ONE) {
    const moved = all.transition().duration(duration).ease(easeCubicInOut).attr("opacity", 1);
    for (const part of PATHS) moved.select(part).attr("d", way);
    moved.select(".line").attr("stroke-width", lineWidth);
    join.exit().call(vanish, duration);
  } else {
    all.interrupt().attr("opacity", 1);
    for (const part of PATHS) all.select(part).interrupt().attr("d", way); // a part is moved by itself
    all.select(".line").attr("stroke-width", lineWidth);
    join.exit().remove();
    if (isOther) layer.interrupt().attr("opacity", duration ? 0 : 1).transition().duration(duration).ease(easeCubicInOut).attr("opacity", 1);
  }
}

const ONE_BY_ONE = 100; // edges that come or go; more are drawn in their places at once

const PATHS = [".line", ".beads"];
export const way = ({ curve }: SceneEdge): string => edgePath(curve);

/** Beads for the edges along which a channel is handed on. */
export function appendBeads(edges: Group<SceneEdge>): void {
  edges.filter((edge) => beadsOf(edge) !== null).append("path").attr("class", "beads").attr("d", way);
}

export function threadBeads(edges: Group<SceneEdge>): void {
  const beads = edges.select<SVGPathElement>(".beads");
  beads.attr("stroke-width", (edge) => must(beadsOf(edge)).width).attr("stroke-dasharray", (edge) => must(beadsOf(edge)).dashes);
}

/** Classes that an edge has by whose it is and of which kind. */
export const lookOf = (edge: SceneEdge): string => `${edge.tone}${patternOf(edge)}${kindClass(edge)}`;

export interface NodeState {
  readonly pinned: string | null;
  readonly home: string | null; // the one channel that Tab reaches
  nameOf(id: string): string | null; // that somebody gave
}

/** prepare  is given channels that were not drawn before */
export function drawNodes(layer: Layer, scene: Scene, state: NodeState, duration: number, prepare: (fresh: Group<SceneNode>) => void): void {
  const join = layer.selectAll<SVGGElement, SceneNode>("g.node:not(.gone)").data(scene.nodes, (node) => node.id);
  const fresh = appendChannel(join.enter()).attr("opacity", 0).attr("transform", placed).call(prepare);
  const all = fresh.merge(join).attr("class", (node) => `node ${node.tone}`).attr("aria-label", (node) => [node.about, state.nameOf(node.id)].filter(Boolean).join(", "));
  all.attr("aria-pressed", (node) => String(node.id === state.pinned)).attr("tabindex", (node) => (node.id === state.home ? 0 : -1));
  const onLanes = new Set(scene.lanes.flatMap(({ channels }) => channels));
  all.select("g").attr("class", (node) => `look ${node.tone}${onLanes.has(node.id) ? " onlane" : ""}${node.isolated ? " isolated" : ""}${node.sure?.unsure ? " unsure" : ""}`);
  all.select(".picture").attr("opacity", (node) => node.sure?.opacity ?? null);
  all.each(function (node) {
    hold(this, node);
  });
  all.call(loadPictures);
  all.select(".number").text((node) => nameBelow(state.nameOf(node.id), node, scene.nodes) ?? node.index);
  const moved = all.transition().duration(duration).ease(easeCubicInOut);
  moved.attr("opacity", 1).attr("transform", placed).tween("side", growing);
  join.exit<unknown>().call(forgetPictures).call(vanish, duration);
}

/** open  byKey: the button that had the focus is gone then */
export function drawMore(layer: Layer, scene: Scene, open: (more: SceneMore, byKey: boolean) => void): void {
  const button = layer
    .selectAll<SVGTextElement, SceneMore>("text")
    .data(scene.more, (item) => `${item.layer}:${item.block}`)
    .join((enter) => enter.append("text").attr("class", "more").attr("role", "button").attr("tabindex", 0))
    .attr("x", (item) => item.x)
    .attr("y", (item) => item.y - 6)
    .text((item) => `+${item.hidden}`)
    .attr("aria-label", (item) => `show ${plural(item.hidden, "more channel")} of ${item.layer}`);
  button.on("click", (_event, item) => open(item, false));
  button.on("keydown", (event: KeyboardEvent, item) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    open(item, true);
  });
}

export function drawLanes(layer: Layer, scene: Scene, duration: number, name = "lane"): void {
  const lane = layer.selectAll<SVGRectElement, SceneLane>("rect").data(scene.lanes, ({ channels }) => must(channels[0]));
  const fresh = lane.enter().append("rect").attr("class", name).attr("rx", 12).call(placeLane);
  fresh.attr("opacity", 0).transition().duration(duration).attr("opacity", 1);
  if (duration) lane.transition().duration(duration).ease(easeCubicInOut).attr("x", ({ x }) => x).attr("y", ({ y }) => y).attr("width", ({ width }) => width).attr("height", ({ height }) => height).attr("opacity", 1);
  else lane.call(placeLane).attr("opacity", 1);
  lane.exit().remove();
}

function placeLane(lanes: Selection<SVGRectElement, SceneLane, SVGGElement, unknown>): void {
  lanes.attr("x", ({ x }) => x).attr("y", ({ y }) => y).attr("width", ({ width }) => width).attr("height", ({ height }) => height);
}

/** name  the class of the shape */
export function drawZones(layer: Layer, scene: Scene, name = "zone"): void {
  const shared = scene.zones.slice(1, -1); // of three
  layer
    .selectAll("rect")
    .data(shared)
    .join("rect")
    .attr("class", name)
    .attr("rx", 10)
    .attr("y", -4)
    .attr("height", scene.height)
    .attr("x", (zone) => zone.x)
    .attr("width", (zone) => zone.width);
}

/** The colour of an edge of several classes: that of the one class that has it, or dark where all have it. */
export const heldBy = ({ held }: SceneEdge): string | null =>
  held === undefined ? null : held.only !== null ? toneOf(held.only) : held.part === 1 ? "var(--both)" : "var(--edge)";

/** Dashes, where the colour is that of an earlier class too. */
const patternOf = ({ held }: SceneEdge): string => (held && held.only !== null && isAgain(held.only) ? " again" : "");

export const placed = (node: SceneNode): string => `translate(${node.x},${node.y})`;

function vanish(gone: Selection<SVGGElement, unknown, SVGGElement, unknown>, duration: number): void {
  gone.classed("gone", true).attr("tabindex", null).transition().duration(duration).attr("opacity", 0).remove();
}
