// Draws a scene: pictures, numbers, edges, rows' heads. Hover shows, click pins, arrow keys walk, wheel and drag zoom.
import { easeCubicInOut } from "d3-ease";
import { select, type Selection } from "d3-selection";
import "d3-transition";
import { zoom, zoomIdentity, type ZoomTransform, zoomTransform } from "d3-zoom";
import { mark, motion } from "../dom";
import { number } from "../format";
import { type Direction, related, walk } from "../layout/relate";
import type { Scene, SceneEdge, SceneMore, SceneNode } from "../layout/scene";
import { appendChannel, growing, hold } from "./channelMark";
import { rowHeadsView } from "./rowHeads";
import { toneOf } from "./tones";
import { forgetPictures, loadPictures } from "../pictures/load";

export interface Drawing {
  readonly scene: Scene;
  readonly label: string; // for screen readers
  readonly pinned: string | null; // id of a channel or an edge
  readonly traced: boolean; // light all that a channel is built on and leads to
  readonly laid: ReadonlySet<string> | null; // ids of a motif laid over the graph
}

export interface GraphEvents {
  readonly beside: Element; // tells about what has the keyboard's focus, which may go there without being lost
  point(id: string | null): void;
  pin(id: string | null): void;
  open(more: SceneMore): void;
  moved?(transform: ZoomTransform): void;
}

type Group<Datum> = Selection<SVGGElement, Datum, SVGGElement, unknown>;
const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export function graphView(host: HTMLElement, events: GraphEvents) {
  const svg = select(host).append("svg").attr("class", "graph").attr("role", "group").attr("aria-roledescription", "graph");
  const ground = svg.append("g");
  const zones = ground.append("g").attr("aria-hidden", "true");
  const edges = ground.append("g").attr("aria-hidden", "true");
  const nodes = ground.append("g");
  const more = ground.append("g");
  const heads = rowHeadsView(svg);

  let drawing: Drawing | null = null;
  let hovered: string | null = null;
  let focused: string | null = null; // by keyboard
  let home: string | null = null; // the one channel that Tab reaches
  let isMoved = false; // zoomed or panned by hand: no longer fitted by itself

  const zooming = zoom<SVGSVGElement, unknown>()
    .scaleExtent([0.3, 8])
    .clickDistance(4)
    .filter(isMeant)
    .on("zoom", (event: { transform: ZoomTransform; sourceEvent: unknown }) => {
      isMoved ||= event.sourceEvent !== null && event.sourceEvent !== undefined;
      follow(event.transform);
    });
  svg.call(zooming).on("dblclick.zoom", null);
  svg.on("click", (event: MouseEvent) => event.target === svg.node() && events.pin(null));
  svg.on("keydown", (event: KeyboardEvent) => onKey(event));
  events.beside.addEventListener("focusout", (event) => {
    const to = (event as FocusEvent).relatedTarget;
    if (to instanceof Node && !svg.node()!.contains(to)) unfocus(to);
  });

  function follow(transform: ZoomTransform): void {
    ground.attr("transform", transform.toString());
    heads.follow(transform);
    events.moved?.(transform);
  }

  function fit(): void {
    isMoved = false;
    fitted();
  }

  function zoomBy(factor: number): void {
    isMoved = true;
    svg.transition().duration(motion()).call(zooming.scaleBy, factor);
  }

  /** Brings a channel that has the focus into sight. */
  function reveal({ x, y }: SceneNode): void {
    const [left, top] = zoomTransform(svg.node()!).apply([x, y]);
    const { clientWidth, clientHeight } = host;
    if (left > 0 && left < clientWidth && top > 0 && top < clientHeight) return;
    isMoved = true;
    svg.transition().duration(motion()).call(zooming.translateTo, x, y);
  }

  function fitted(): void {
    if (!drawing) return;
    const { clientWidth, clientHeight } = host;
    const { width, height } = drawing.scene;
    const k = Math.min(1, clientHeight / height, clientWidth / width);
    const start = zoomIdentity.translate((clientWidth - width * k) / 2, 0).scale(k);
    const target = k < 1 ? start : zoomIdentity;
    if (target.toString() === zoomTransform(svg.node()!).toString()) return;
    svg.transition().duration(motion()).ease(easeCubicInOut).call(zooming.transform, target);
  }

  function onKey(event: KeyboardEvent): void {
    if (!drawing || !focused) return;
    if (ARROWS.includes(event.key)) {
      event.preventDefault();
      focusOn(walk(drawing.scene, focused, event.key as Direction));
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      events.pin(drawing.pinned === focused ? null : focused);
    }
  }

  function focusOn(id: string): void {
    nodes.selectAll<SVGGElement, SceneNode>("g.node").each(function (node) {
      if (node.id === id) this.focus();
    });
  }

  /** The focus went elsewhere; the column beside may be read first. */
  function unfocus(to: EventTarget | null): void {
    if (!focused || (to instanceof Node && events.beside.contains(to))) return;
    focused = null;
    point();
  }

  function point(): void {
    const id = hovered ?? focused;
    paint();
    events.point(id);
  }

  /** Lights what belongs to the channel or edge that is pointed at, or else pinned, and dims the rest. */
  function paint(): void {
    if (!drawing) return;
    const { scene, pinned, traced, laid } = drawing;
    const isDrawn = [...scene.nodes, ...scene.edges].some((item) => item.id === pinned);
    const id = hovered ?? focused ?? (isDrawn ? pinned : null);
    const lit = id === null ? null : related(scene, id, traced);
    svg.classed("pointing", lit !== null).classed("traced", traced).classed("overlaid", laid !== null);
    nodes
      .selectAll<SVGGElement, SceneNode>("g.node")
      .classed("lit", (node) => lit?.nodes.has(node.id) ?? false)
      .classed("pointed", (node) => node.id === id)
      .classed("laid", (node) => laid?.has(node.id) ?? false)
      .attr("aria-pressed", (node) => String(node.id === pinned))
      .attr("tabindex", (node) => (node.id === home ? 0 : -1));
    edges
      .selectAll<SVGGElement, SceneEdge>("g.edge")
      .classed("input", (edge) => lit?.inputs.has(edge.id) ?? false)
      .classed("output", (edge) => lit?.outputs.has(edge.id) ?? false)
      .classed("laid", (edge) => laid?.has(edge.id) ?? false)
      .filter((edge) => (lit?.inputs.has(edge.id) || lit?.outputs.has(edge.id)) ?? false)
      .filter((edge) => edge.id !== hovered) // moving what the mouse is over would make it leave
      .raise();
  }

  function onHover<Datum extends { readonly id: string }>(selection: Group<Datum>): void {
    selection
      .on("pointerenter", (event: PointerEvent, item) => {
        if (event.buttons !== 0) return; // a drag passes by
        hovered = item.id;
        point();
      })
      .on("pointerleave", () => {
        hovered = null;
        point();
      })
      .on("click", (_event, item) => events.pin(drawing?.pinned === item.id ? null : item.id));
  }

  function drawEdges(scene: Scene, duration: number): void {
    const join = edges.selectAll<SVGGElement, SceneEdge>("g.edge:not(.gone)").data(scene.edges, (edge) => edge.id);
    const fresh = join.enter().append("g").attr("opacity", 0);
    fresh.append("path").attr("class", "line").attr("d", (edge) => edge.path);
    fresh.append("path").attr("class", "hit").attr("d", (edge) => edge.path);
    fresh.call(onHover);
    const all = fresh.merge(join).attr("class", (edge) => `edge ${edge.tone}`).style("--held", heldBy);
    const moved = all.transition().duration(duration).ease(easeCubicInOut).attr("opacity", 1);
    moved.select(".line").attr("d", (edge) => edge.path).attr("stroke-width", (edge) => edge.width);
    moved.select(".hit").attr("d", (edge) => edge.path);
    all.select<SVGPathElement>(".line").style("--strength", (edge) => edge.opacity);
    join.exit().call(vanish, duration);
  }

  function drawNodes(scene: Scene, duration: number): void {
    const join = nodes.selectAll<SVGGElement, SceneNode>("g.node:not(.gone)").data(scene.nodes, (node) => node.id);
    const fresh = appendChannel(join.enter()).attr("opacity", 0).attr("transform", placed).call(onHover);
    fresh.on("focus", (event: FocusEvent, node) => {
      if (!(event.currentTarget as Element).matches(":focus-visible")) return;
      home = focused = node.id;
      reveal(node);
      point();
    });
    fresh.on("blur", (event: FocusEvent) => unfocus(event.relatedTarget));
    const all = fresh.merge(join).attr("class", (node) => `node ${node.tone}`).attr("aria-label", (node) => node.about);
    all.each(function (node) {
      hold(this, node);
    });
    all.call(loadPictures);
    all.select(".number").text((node) => node.index);
    const moved = all.transition().duration(duration).ease(easeCubicInOut);
    moved.attr("opacity", 1).attr("transform", placed).tween("side", growing);
    join.exit<unknown>().call(forgetPictures).call(vanish, duration);
    if (!scene.nodes.some((node) => node.id === home)) home = topmost(scene);
  }

  function drawMore(scene: Scene): void {
    const button = more
      .selectAll<SVGTextElement, SceneMore>("text")
      .data(scene.more, (item) => `${item.layer}:${item.block}`)
      .join((enter) => enter.append("text").attr("class", "more").attr("role", "button").attr("tabindex", 0))
      .attr("x", (item) => item.x)
      .attr("y", (item) => item.y - 6)
      .text((item) => `+${item.hidden}`)
      .attr("aria-label", (item) => `show ${number(item.hidden)} more channels of ${item.layer}`);
    button.on("click", (_event, item) => events.open(item));
    button.on("keydown", (event: KeyboardEvent, item) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      events.open(item);
    });
  }

  function drawZones(scene: Scene): void {
    const shared = scene.zones.length === 3 ? [scene.zones[1]!] : [];
    zones
      .selectAll("rect")
      .data(shared)
      .join("rect")
      .attr("class", "zone")
      .attr("rx", 10)
      .attr("y", -4)
      .attr("height", scene.height)
      .attr("x", (zone) => zone.x)
      .attr("width", (zone) => zone.width);
  }

  return {
    fit,
    zoomBy,
    node: () => svg.node()!,
    update(next: Drawing | null): void {
      const first = drawing === null;
      drawing = next;
      mark(svg.node()!, "hidden", next ? null : "");
      if (!next) return;
      const { scene, label } = next;
      if (!scene.nodes.some((node) => node.id === focused)) focused = null;
      if (!scene.nodes.some((node) => node.id === hovered) && !scene.edges.some((edge) => edge.id === hovered)) hovered = null;
      const duration = first ? 0 : motion();
      svg.attr("aria-label", label).attr("width", host.clientWidth).attr("height", host.clientHeight);
      drawZones(scene);
      heads.update(scene, host.clientHeight);
      drawEdges(scene, duration);
      drawNodes(scene, duration);
      drawMore(scene);
      follow(zoomTransform(svg.node()!));
      if (!isMoved) fitted(); // a deep network is seen as a whole
      paint();
    },
    release(): void {
      hovered = focused = null;
      point();
    },
  };
}

/** One finger scrolls the page; two, the wheel and the first button zoom and pan the drawing. */
const isMeant = (event: WheelEvent | MouseEvent | TouchEvent): boolean =>
  "touches" in event ? event.touches.length !== 1 : (!event.ctrlKey || event.type === "wheel") && !event.button;

/** The colour of an edge of several classes: that of the one class that has it, or dark where all have it. */
const heldBy = ({ held }: SceneEdge): string | null =>
  held === undefined ? null : held.only !== null ? toneOf(held.only) : held.part === 1 ? "var(--both)" : "var(--edge)";

const placed = (node: SceneNode): string => `translate(${node.x},${node.y})`;
const topmost = (scene: Scene): string | null =>
  scene.nodes.reduce<SceneNode | null>((best, node) => (best && best.row >= node.row ? best : node), null)?.id ?? null;

function vanish(gone: Selection<SVGGElement, unknown, SVGGElement, unknown>, duration: number): void {
  gone.classed("gone", true).attr("tabindex", null).transition().duration(duration).attr("opacity", 0).remove();
}
