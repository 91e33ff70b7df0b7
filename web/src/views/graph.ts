// Draws a scene: pictures, numbers, edges, rows' heads. Hover shows, click pins, arrow keys walk, wheel and drag zoom.
import { pointer, select } from "d3-selection";
import type { ZoomTransform } from "d3-zoom";
import { mark, motion } from "../dom";
import type { Edges } from "../layout/paths";
import { edgePicker, type Picker } from "../layout/pick";
import { type Direction, isEdge, related, walk } from "../layout/relate";
import { loadPictures } from "../pictures/load";
import type { Scene, SceneMore, SceneNode } from "../layout/scene";
import { frontView, type Lit } from "./graphFront";
import { drawEdges, drawLanes, drawMore, drawNodes, drawZones } from "./graphParts";
import { graphZoom } from "./graphZoom";
import { appendLayer, layersOf, movingLayers } from "./layers";
import { rowHeadsView } from "./rowHeads";
import { must } from "../must";

export interface Drawing {
  readonly scene: Scene;
  readonly key: string; // a drawing with another one is fitted
  readonly spacing?: string; // how its parts are spaced; empty: the default
  readonly label: string; // for screen readers
  readonly pinned: string | null; // id of a channel or an edge
  readonly paths: readonly Edges[] | null; // light all that a channel is built on and leads to, in each class's own graph
  readonly laid: ReadonlySet<string> | null; // ids of a motif laid over the graph
  nameOf(id: string): string | null; // that somebody gave
}

export interface GraphEvents {
  readonly beside: Element; // tells about what has the keyboard's focus, which may go there without being lost
  point(id: string | null): void;
  pin(id: string | null): void;
  open(more: SceneMore): void;
  moved?(transform: ZoomTransform): void;
}

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const NEAR = 8; // px on the screen: an edge that is farther away is not meant

const NEAR_FINGER = 20; // px
const NUMBER = 11; // px, of a channel's number

export function graphView(host: HTMLElement, events: GraphEvents) {
  const box = select(host).append("div").attr("class", "drawing");
  const svg = appendLayer(box, "graph").attr("role", "group").attr("aria-roledescription", "graph");
  const ground = svg.append("g");
  const zones = ground.append("g").attr("aria-hidden", "true");
  const lanes = ground.append("g").attr("aria-hidden", "true");
  const edges = ground.append("g").attr("aria-hidden", "true");
  const nodes = ground.append("g");
  const more = ground.append("g");
  const front = frontView(box, nodes, edges);
  const heads = rowHeadsView(box);

  let drawing: Drawing | null = null;
  let pick: Picker = () => null;
  let hovered: string | null = null;
  let focused: string | null = null; // by keyboard
  let scale = 1; // that numbers are sized for
  let home: string | null = null; // the one channel that Tab reaches

  const layers = movingLayers([svg, front.layer], (transform) => {
    if (transform.k !== scale) sizeNumbers(transform.k);
    ground.attr("transform", transform.toString());
    front.place(transform);
  });
  const zooming = graphZoom(box, host, (transform, isMoving) => {
    if (isMoving) layers.move(transform);
    else layers.rest(transform);
    front.follow(transform);
    heads.follow(transform);
    events.moved?.(transform);
  });
  box.on("pointermove", (event: PointerEvent) => event.buttons === 0 && !zooming.isMoving() && hover(meant(event))); // a drag passes by
  box.on("pointerleave", () => hover(null));
  box.on("click", (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest(".more")) return;
    const id = meant(event);
    events.pin(id === drawing?.pinned ? null : id);
  });
  box.on("keydown", (event: KeyboardEvent) => onKey(event));
  events.beside.addEventListener("focusout", (event) => {
    const to = (event as FocusEvent).relatedTarget;
    if (to instanceof Node && !must(svg.node()).contains(to)) unfocus(to);
  });

  /** Numbers keep their size on the screen. Each has it by itself: by a property of the drawing all its parts would be styled again. */
  function sizeNumbers(k: number): void {
    scale = k;
    nodes.selectAll(".number").style("font-size", `${NUMBER / k}px`);
  }

  /** The channel under the mouse, or else the edge nearest to it. */
  function meant(event: MouseEvent): string | null {
    const node = event.target instanceof Element ? event.target.closest<SVGGElement>("g.node:not(.gone)") : null;
    if (node) return select<SVGGElement, SceneNode>(node).datum().id;
    const [x, y] = zooming.now().invert(pointer(event, box.node()));
    const near = (event as PointerEvent).pointerType === "touch" ? NEAR_FINGER : NEAR;
    return pick(x, y, near / zooming.now().k)?.id ?? null;
  }

  function hover(id: string | null): void {
    if (id === hovered) return;
    hovered = id;
    box.classed("onedge", id !== null && isEdge(id));
    point();
  }

  function onKey(event: KeyboardEvent): void {
    if (!drawing || !focused) return;
    if (ARROWS.includes(event.key)) {
      event.preventDefault();
      elementOf(walk(drawing.scene, focused, event.key as Direction))?.focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      events.pin(drawing.pinned === focused ? null : focused);
    }
  }

  const elementOf = (id: string | null) =>
    nodes.selectAll<SVGGElement, SceneNode>("g.node:not(.gone)").filter((node) => node.id === id).node();

  function focus(node: SceneNode): void {
    elementOf(home)?.setAttribute("tabindex", "-1");
    home = focused = node.id;
    elementOf(home)?.setAttribute("tabindex", "0");
    zooming.reveal(node);
    point();
  }

  /** The focus went elsewhere; the column beside may be read first. */
  function unfocus(to: EventTarget | null): void {
    if (!focused || (to instanceof Node && events.beside.contains(to))) return;
    focused = null;
    point();
  }

  function point(): void {
    paint(0);
    events.point(hovered ?? focused);
  }

  /** Lights what belongs to the channel or edge that is pointed at, or else pinned, and a motif laid over it. */
  function paint(duration: number): void {
    if (!drawing) return;
    const { scene, pinned, paths, laid } = drawing;
    const isDrawn = [...scene.nodes, ...scene.edges].some((item) => item.id === pinned);
    const id = hovered ?? focused ?? (isDrawn ? pinned : null);
    const none = { nodes: new Set<string>(), inputs: new Set<string>(), outputs: new Set<string>() };
    const lit: Lit | null = id === null && laid === null ? null : { ...(id === null ? none : related(scene, id, paths)), pointed: id, focused, laid: laid ?? none.nodes };
    front.show(scene, lit, paths !== null && id !== null && !isEdge(id), duration);
  }

  /** The first channel that is new gets the focus of the button that brought it. */
  function openRow(row: SceneMore, byKey: boolean): void {
    const before = new Set(drawing?.scene.nodes.map(({ id }) => id));
    events.open(row);
    const isNew = ({ id, layer }: SceneNode) => layer === row.layer && !before.has(id);
    if (byKey) nodes.selectAll<SVGGElement, SceneNode>("g.node:not(.gone)").filter(isNew).node()?.focus();
  }

  return {
    fit: zooming.fit,
    zoomBy: zooming.zoomBy,
    layers: () => layersOf(must(svg.node())),
    size: () => ({ width: drawing?.scene.width ?? 0, height: drawing?.scene.height ?? 0 }),
    unzoomed: <T>(work: () => T): T => zooming.unzoomed(() => heads.atEnd(work)),
    update(next: Drawing | null): void {
      const duration = drawing === null ? 0 : motion();
      const isOther = drawing?.key !== next?.key;
      drawing = next;
      mark(must(box.node()), "hidden", next ? null : "");
      if (!next) return;
      const { scene, label, pinned, key, spacing } = next;
      const known = new Set([...scene.nodes, ...scene.edges].map(({ id }) => id));
      if (focused !== null && !known.has(focused)) focused = null;
      if (hovered !== null && !known.has(hovered)) hovered = null;
      if (home === null || !scene.nodes.some(({ id }) => id === home)) home = topmost(scene);
      pick = edgePicker(scene.edges);
      svg.attr("aria-label", label);
      const { clientWidth, clientHeight } = host;
      const every = box.selectAll(":scope > svg").attr("width", clientWidth).attr("height", clientHeight);
      every.attr("viewBox", `0 0 ${clientWidth} ${clientHeight}`); // on paper it shrinks to fit
      drawZones(zones, scene);
      drawLanes(lanes, scene, duration);
      heads.update(scene, host.clientHeight);
      drawEdges(edges, scene, duration, isOther);
      drawNodes(nodes, scene, { pinned, home, nameOf: next.nameOf }, duration, (fresh) =>
        fresh
          .on("focus", (event: FocusEvent, node) => (event.currentTarget as Element).matches(":focus-visible") && focus(node))
          .on("blur", (event: FocusEvent) => unfocus(event.relatedTarget)),
      );
      sizeNumbers(zooming.now().k);
      drawMore(more, scene, openRow);
      zooming.update(scene, key, spacing);
      front.renew(scene);
      paint(duration);
    },
    /** Other pictures of some channels; nothing else is drawn again. */
    dress(pictures: ReadonlyMap<string, string>): void {
      const changed = nodes.selectAll<SVGGElement, SceneNode>("g.node:not(.gone)").filter(({ id }) => pictures.has(id));
      changed.each(function (node) {
        select<SVGGElement, SceneNode>(this).datum({ ...node, picture: must(pictures.get(node.id)) });
      });
      changed.call(loadPictures);
    },
    release(): void {
      hovered = focused = null;
      point();
    },
  };
}

const topmost = (scene: Scene): string | null =>
  scene.nodes.reduce<SceneNode | null>((best, node) => (best && best.row >= node.row ? best : node), null)?.id ?? null;
