// The pictures of a drawing: the top layer's are asked for first, and those that are no longer drawn not at all.
import type { Selection } from "d3-selection";
import { shape } from "../dom";
import type { SceneNode } from "../layout/scene";
import { served } from "../links";
import { must } from "../must";

type Nodes = Selection<SVGGElement, SceneNode, SVGGElement, unknown>;
const SHAPE = ["x", "y", "width", "height"];

/** Gives each channel its picture; a plain tile where there is none. */
export function loadPictures(nodes: Nodes): void {
  const found: [SVGElement, SceneNode][] = [];
  nodes.each(function (node) {
    found.push([fitting(must(this.querySelector<SVGElement>(".picture")), node.picture !== null), node]);
  });
  found.sort(([, a], [, b]) => b.row - a.row);
  for (const [element, { picture }] of found) {
    if (picture === null || element.getAttribute("href") === served(picture)) continue;
    element.setAttribute("href", served(picture));
  }
}

/** Channels that vanish: what of their pictures is on its way is no longer loaded. */
export function forgetPictures(nodes: Selection<SVGGElement, unknown, SVGGElement, unknown>): void {
  nodes.selectAll<SVGImageElement, unknown>("image").each(function () {
    forget(this);
  });
}

export function forget(image: SVGImageElement): void {
  image.setAttribute("href", "data:,"); // taking it away would not stop the request
  image.removeAttribute("href");
}

/** The element of a picture or of a tile: the one that is there, or one of the other kind in its place. */
function fitting(element: SVGElement, isPicture: boolean): SVGElement {
  const kind = isPicture ? "image" : "rect";
  if (element.tagName === kind) return element;
  const other = shape(kind, { class: "picture" });
  for (const name of SHAPE) if (element.hasAttribute(name)) other.setAttribute(name, must(element.getAttribute(name)));
  element.replaceWith(other);
  return other;
}
