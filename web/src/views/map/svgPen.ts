// Draws the same as elements of an SVG, to be saved as a picture.
import { corners } from "../../layout/map/shapes";
import { eachSeen, FONT, type Pen } from "./pen";

const SVG = "http://www.w3.org/2000/svg";

export function svgPen(svg: SVGSVGElement): Pen {
  function add(tag: string, attributes: Readonly<Record<string, string | number>>, text = ""): void {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, typeof value === "number" ? String(Math.round(100 * value) / 100) : value);
    element.textContent = text;
    svg.append(element);
  }

  return {
    points(cloud, frame, radius, look) {
      const page = { width: Number(svg.getAttribute("width")), height: Number(svg.getAttribute("height")) };
      eachSeen(cloud, frame, page, radius, look, (x, y, { colour: fill, shape }, opacity) => {
        const points = corners(shape, radius);
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
