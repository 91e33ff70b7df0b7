// The sign of a group, as it is drawn on the map: for legends and bars.
import { lookOf } from "../../layout/map/paint";
import { corners } from "../../layout/map/shapes";

const SVG = "http://www.w3.org/2000/svg";

/** A point of the k-th look. */
export function keyOf(look: number): SVGSVGElement {
  const { tone, shape } = lookOf(look);
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "sign", viewBox: "-7 -7 14 14", width: 12, height: 12, "aria-hidden": "true" })) svg.setAttribute(name, String(value));
  const points = corners(shape, 4.4);
  const sign = document.createElementNS(SVG, points ? "polygon" : "circle");
  if (points) sign.setAttribute("points", points.map((point) => point.join()).join(" "));
  else sign.setAttribute("r", "4.4");
  sign.setAttribute("style", `fill: var(--class-${tone})`);
  svg.append(sign);
  return svg;
}

/** Classes of a bar in that look; beyond the seven colours it is striped, each shape in another way. */
export function barLook(look: number): { class: string; style: string } {
  const { tone, shape } = lookOf(look);
  return { class: `part ${shape}`, style: `--tone: var(--class-${tone})` };
}
