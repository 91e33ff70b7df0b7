// Accuracies of classifiers by layer as a small chart.
import { h, shape } from "../dom";
import { number, percent } from "../format";
import { layoutProbe, type Probed } from "../layout/probe";
import { must } from "../must";

const LINES = [
  ["accuracy", "top channels", "--accent"],
  ["random", "as many random channels, with the worst to the best set", "--output"],
  ["every", "all channels", "--edge"],
] as const;

export function probeChart(rows: readonly Probed[]): Node[] {
  const { box, ticks, layers, lines, band, chance } = layoutProbe(rows);
  const right = box.width - box.right;
  const toned = (tone: string) => ({ style: `--tone: var(${tone})` });
  const word = (x: number, y: number, anchor: string, text: string) => shape("text", { x, y, "text-anchor": anchor }, text);
  const svg = shape("svg", { class: "probe", role: "img", "aria-label": `Share of ${number(must(rows[0]).held_out)} held-out pictures whose class is found, by layer; the table has the numbers`, viewBox: `0 0 ${box.width} ${box.height}`, width: box.width, height: box.height });
  svg.append(
    ...ticks.flatMap(({ y, share }) => [shape("line", { x1: box.left, x2: right, y1: y, y2: y }), word(box.left - 8, y + 4, "end", percent(share))]),
    ...layers.map(({ x, name }) => word(x, box.height - box.bottom + 18, "middle", name)),
    word((box.left + right) / 2, box.height - 6, "middle", "layer, from the picture upwards"),
    shape("polygon", { ...toned("--output"), points: band.join(" ") }),
    shape("line", { class: "chance", x1: box.left, x2: right, y1: chance, y2: chance }),
    ...LINES.flatMap(([key, name, tone]) => [
      shape("polyline", { class: key, ...toned(tone), points: lines[key].join(" ") }),
      ...lines[key].map(([cx, cy], k) => shape("circle", { ...toned(tone), cx, cy, r: 3.5 }, shape("title", {}, `${must(rows[k]).layer}: ${name} ${percent(must(rows[k])[key])}`))),
    ]),
  );
  const legend = LINES.map(([key, name, tone]) => h("span", {}, h("i", { class: `key ${key}`, ...toned(tone) }), name));
  return [h("p", { class: "actions" }, ...legend, h("span", { class: "second" }, "- - chance")), h("div", { class: "wide", role: "region", tabindex: "0", "aria-label": "Early exit, a chart" }, svg)];
}
