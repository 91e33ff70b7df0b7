// The sign of a group, as it is drawn on the map: for legends and bars.
import { shape } from "../../dom";
import { lookOf } from "../../layout/map/paint";
import { corners } from "../../layout/map/shapes";

/** A point of the k-th look. */
export function keyOf(look: number): SVGSVGElement {
  const { tone, shape: form } = lookOf(look);
  const points = corners(form, 4.4);
  const style = `fill: var(--class-${tone})`;
  const sign = points ? shape("polygon", { points: points.join(" "), style }) : shape("circle", { r: 4.4, style });
  return shape("svg", { class: "sign", viewBox: "-7 -7 14 14", width: 12, height: 12, "aria-hidden": "true" }, sign);
}

/** Classes of a bar in that look; beyond the seven colours it is striped, each shape in another way. */
export function barLook(look: number): { class: string; style: string } {
  const { tone, shape } = lookOf(look);
  return { class: `part ${shape}`, style: `--tone: var(--class-${tone})` };
}
