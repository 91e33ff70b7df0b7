// The layers of a drawing, one above the other. While it is moved they are moved as pictures, which costs the page neither
// style nor layout nor paint; once it rests they are drawn in their place, with strokes and numbers in their size.
import type { Selection } from "d3-selection";
import type { ZoomTransform } from "d3-zoom";

type Parent = Selection<HTMLDivElement, unknown, null, undefined>;
export type Svg = Selection<SVGSVGElement, unknown, null, undefined>;

const LARGEST = 3; // times a picture is stretched or shrunk before it is drawn again
const FARTHEST = 1500; // px that it is moved before

/** name  its class */
export const appendLayer = (parent: Parent, name: string): Svg => parent.append("svg").attr("class", name);

/** Those of the drawing that it belongs to, from behind to the front. */
export function layersOf(svg: SVGSVGElement): SVGSVGElement[] {
  const drawing = svg.closest(".drawing");
  return drawing ? [...drawing.querySelectorAll<SVGSVGElement>(":scope > svg")] : [svg];
}

/** place  draws the layers where the transform says */
export function movingLayers(layers: readonly Svg[], place: (transform: ZoomTransform) => void) {
  let placed: ZoomTransform | null = null; // null: nowhere yet

  function rest(now: ZoomTransform): void {
    placed = now;
    for (const layer of layers) layer.style("transform", null);
    place(now);
  }

  return {
    rest,
    move(now: ZoomTransform): void {
      if (!placed) return rest(now);
      const k = now.k / placed.k;
      const [x, y] = [now.x - k * placed.x, now.y - k * placed.y];
      if (k > LARGEST || k < 1 / LARGEST || Math.max(Math.abs(x), Math.abs(y)) > FARTHEST) return rest(now);
      for (const layer of layers) layer.style("transform", `matrix(${k},0,0,${k},${x},${y})`);
    },
  };
}
