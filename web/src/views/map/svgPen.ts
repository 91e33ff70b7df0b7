// Draws the same as elements of an SVG, to be saved as a picture.
import { shape } from "../../dom";
import { corners } from "../../layout/map/shapes";
import { eachSeen, FONT, type Pen } from "./pen";

export function svgPen(svg: SVGSVGElement): Pen {
  const add = (...drawn: Parameters<typeof shape>) => svg.append(shape(...drawn));

  return {
    points(cloud, frame, radius, look) {
      const page = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
      eachSeen(cloud, frame, page, radius, look, (x, y, { colour: fill, shape: form }, opacity) => {
        const points = corners(form, radius);
        if (points === null) add("circle", { cx: x, cy: y, r: radius, fill, opacity });
        else add("path", { d: pathOf(points.map(([px, py]) => [x + px, y + py])), fill, opacity });
      });
    },
    ring: (cx, cy, r, stroke, width, fill) => add("circle", { cx, cy, r, stroke, "stroke-width": width, fill: fill ?? "none" }),
    curve({ from, over, to }, stroke, width, opacity) {
      add("path", { d: `M${from.join(" ")}Q${over.join(" ")} ${to.join(" ")}`, fill: "none", stroke, "stroke-width": width, opacity });
    },
    area: (line, colour) => add("path", { d: pathOf(line), fill: colour, "fill-opacity": 0.12, stroke: colour, "stroke-width": 1.5 }),
    word({ text, left, middle, colour, ground, size, weight, opacity }) {
      const font = { "font-family": FONT, "font-size": size, "font-weight": weight, "dominant-baseline": "central" };
      add("text", { x: left, y: middle, fill: colour, stroke: ground, "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke", opacity, ...font }, text);
    },
  };
}

const pathOf = (points: readonly (readonly [number, number])[]): string => `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}z`;
