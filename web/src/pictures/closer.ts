// Semantic zoom: a channel that is drawn large has further pictures beside its own, synthesised ones at the left, real ones
// at the right; only while it is on the screen.
import { select } from "d3-selection";
import { debounce } from "../dom";
import { BETWEEN, PAD, roomBeside, type Seen, STACKED } from "../layout/beside";
import type { SceneNode } from "../layout/scene";
import { served } from "../links";
import type { ChannelPictures } from "../types";
import { forget } from "./load";

const REST = 150; // ms without a movement, before more is asked for

export interface CloserSource {
  get(id: string): ChannelPictures | null; // null: not here yet
  want(ids: readonly string[]): void; // and no others any more
}

/** stage  holds the drawing */
export function closerPictures(stage: HTMLElement, source: CloserSource) {
  let seen: Seen = { x: 0, y: 0, k: 1 };
  let sizes: ReadonlyMap<string, number> = new Map();

  const drawn = () => select(stage).select("svg.graph").selectAll<SVGGElement, SceneNode>("g.node:not(.gone)");

  function measure(): void {
    sizes = roomBeside(drawn().data(), seen, { width: stage.clientWidth, height: stage.clientHeight });
    drawn().filter(({ id }) => !sizes.has(id)).select<SVGGElement>(".beside").each(function () {
      for (const image of this.querySelectorAll("image")) forget(image);
      this.remove();
    });
  }

  const rest = debounce(REST, () => {
    measure();
    source.want([...sizes.keys()]);
    draw();
  });

  /** What is known by now; called again when more is. */
  function draw(): void {
    if (!sizes.size) return;
    drawn().each(function (node) {
      const size = sizes.get(node.id);
      const found = size === undefined ? null : source.get(node.id)?.pictures;
      if (size !== undefined && found) stack(this, node, size, found);
    });
  }

  return {
    draw,
    follow(now: Seen): void {
      seen = now;
      if (sizes.size) measure(); // what is too small is not kept until the movement ends
      rest();
    },
    /** Other channels are drawn, or in other places. */
    renew: rest,
  };
}

function stack(element: SVGGElement, { picture, side }: SceneNode, size: number, { diversity, examples, patches }: NonNullable<ChannelPictures["pictures"]>): void {
  const real = patches.length ? patches.map((patch) => patch.picture) : examples;
  const others = (pictures: readonly string[]) => pictures.filter((other) => other !== picture).slice(0, STACKED);
  const at = (x: number) => (href: string, k: number) => ({ href, x, y: k * (size + BETWEEN) - side });
  const placed = [...others(diversity).map(at(-side / 2 - PAD - size)), ...others(real).map(at(side / 2 + PAD))];
  const look = select(element).select<SVGGElement>(".look");
  const beside = look.selectAll<SVGGElement, null>(".beside").data([null]).join((enter) => enter.append("g").attr("class", "beside"));
  beside.selectAll("image").data(placed).join("image").attr("x", ({ x }) => x).attr("y", ({ y }) => y).attr("width", size).attr("height", size).attr("href", ({ href }) => served(href));
}
