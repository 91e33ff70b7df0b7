// The rows' names at the left and their overlap at the right. They keep their size and side when the drawing is zoomed.
import type { EnterElement, Selection } from "d3-selection";
import "d3-transition";
import type { ZoomTransform } from "d3-zoom";
import { percents } from "../cut";
import { motion } from "../dom";
import { hundredths } from "../format";
import { tellDrop } from "../drops";
import type { Overlap, RowDrop, Scene, SceneRow } from "../layout/scene";
import { appendLayer } from "./layers";

export const TAIL_GAP = 24; // px between the last zone and the overlap
const BAR = 44; // px from the overlap's number to its bar
const MARGIN = 20;

type Enter = Selection<EnterElement, SceneRow, SVGGElement, unknown>;
type Compared = SceneRow & { readonly overlap: Overlap };

export function rowHeadsView(parent: Selection<HTMLDivElement, unknown, null, undefined>) {
  const svg = appendLayer(parent, "over");
  const heads = svg.append("g").attr("class", "heads");
  const tails = svg.append("g").attr("class", "tails");
  for (const side of [heads, tails]) side.append("rect").attr("class", "plate");

  function drawHeads(scene: Scene, height: number): void {
    const head = heads.selectAll<SVGGElement, SceneRow>(".row").data(scene.rows, (row) => row.layer).join(appendHead);
    head.select(".name").text((row) => row.layer);
    head.select(".note").text((row) => row.note);
    head.select(".raised").text((row) => (row.raised === null ? "" : `↑ ${percents(row.raised)}`));
    head.select("title").text((row) => [tellRaised(row), row.drop ? tellDrop(row.drop) : ""].filter(Boolean).join(". "));
    head.select<SVGGElement>(".loss").attr("hidden", (row) => (row.drop ? null : "")).attr("transform", (row) => `translate(${MARGIN},${row.raised === null ? 20 : 34})`);
    for (const [part, x, width] of LOSS) head.select(`.loss .${part}`).attr("x", (row) => (row.drop ? x(row.drop) : 0)).attr("width", (row) => (row.drop ? width(row.drop) : 0));
    heads.select(".plate").attr("width", scene.head - 12).attr("height", height);
  }

  function drawTails(scene: Scene, height: number): void {
    const rows = scene.rows.filter((row): row is Compared => row.overlap !== null);
    const tail = tails.selectAll<SVGGElement, Compared>(".row").data(rows, (row) => row.layer).join(appendTail);
    const left = scene.width - scene.tail + TAIL_GAP;
    const room = scene.tail - TAIL_GAP - BAR - MARGIN;
    tails.select(".plate").attr("x", left - 12).attr("width", scene.tail).attr("height", height);
    tail.select(".value").attr("x", left + 30).text((row) => hundredths(row.overlap.jaccard));
    tail.select(".note").attr("x", left + BAR).text((row) => `${row.overlap.shared} of ${row.overlap.union}`);
    tail.select(".track").attr("x", left + BAR).attr("width", room);
    tail.select(".bar").attr("x", left + BAR).transition().duration(motion()).attr("width", (row) => room * row.overlap.jaccard);
    tail.select("title").text(tell);
  }

  return {
    update(scene: Scene, height: number): void {
      drawHeads(scene, height);
      drawTails(scene, height);
      tails.attr("transform", `translate(${-(scene.beyond ?? 0)},0)`);
    },
    /** Does something with the overlap behind the drawing's own end, wherever that is. */
    atEnd<T>(work: () => T): T {
      const before = tails.attr("transform");
      tails.attr("transform", null);
      try {
        return work();
      } finally {
        tails.attr("transform", before);
      }
    },
    follow(transform: ZoomTransform): void {
      for (const side of [heads, tails])
        side.selectAll<SVGGElement, SceneRow>(".row").attr("transform", (row) => `translate(0,${transform.applyY(row.middle)})`);
    },
  };
}

const tell = ({ layer, overlap }: Compared): string =>
  `${layer}: ${overlap.shared} of ${overlap.union} channels shared, Jaccard ${overlap.jaccard.toFixed(3)}`;

const tellRaised = ({ layer, raised }: SceneRow): string =>
  raised === null ? "" : `${layer}: the threshold was raised to ${percents(raised)}, so that an edge leads to the layer`;

const BAR_WIDTH = 56; // px of the largest drop of all rows
const along = (value: number, { most }: RowDrop): number => (BAR_WIDTH * Math.max(0, value)) / most;

/** Parts of the bar: its track, what the class loses, and the band that random channels lie in. */
const LOSS: readonly (readonly [string, (row: RowDrop) => number, (row: RowDrop) => number])[] = [
  ["track", () => 0, () => BAR_WIDTH],
  ["drop", () => 0, (row) => along(row.drop, row)],
  ["band", (row) => along(row.nullMean, row), (row) => Math.max(1.5, along(row.null99, row) - along(row.nullMean, row))],
];

function appendHead(enter: Enter) {
  const head = enter.append("g").attr("class", "row");
  head.append("text").attr("class", "name").attr("x", MARGIN).attr("y", -3);
  head.append("text").attr("class", "note").attr("x", MARGIN).attr("y", 13);
  head.append("text").attr("class", "raised").attr("x", MARGIN).attr("y", 28);
  const loss = head.append("g").attr("class", "loss");
  for (const [part] of LOSS) loss.append("rect").attr("class", part).attr("height", part === "band" ? 9 : 5).attr("y", part === "band" ? -2 : 0);
  head.append("title");
  return head;
}

function appendTail(enter: Selection<EnterElement, Compared, SVGGElement, unknown>) {
  const tail = enter.append("g").attr("class", "row");
  tail.append("title");
  tail.append("text").attr("class", "value").attr("y", 4);
  for (const part of ["track", "bar"]) tail.append("rect").attr("class", part).attr("y", -4).attr("height", 8).attr("rx", 4);
  tail.append("text").attr("class", "note").attr("y", 18);
  return tail;
}
