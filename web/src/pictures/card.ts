// What stands beside the pointer while it rests on a channel, and the channel's pictures one after another as it moves.
import { select } from "d3-selection";
import { h } from "../dom";
import type { SceneNode } from "../layout/scene";
import { served } from "../links";
import type { ChannelPictures } from "../types";
import { morePatches, noPatches } from "./missing";
import { besidePointer, scrubbed } from "./scrub";
import { must } from "../must";

export interface CardSource {
  get(id: string): ChannelPictures | null; // null: not here yet
  nameOf(id: string): string | null;
  isPatches(): boolean; // whether the drawing shows patches
}

const SHOWN = 6;

/** stage  holds the drawing */
export function pictureCard(stage: HTMLElement, source: CardSource) {
  const card = h("div", { class: "picturecard", hidden: true, "aria-hidden": "true" }); // the column says the same
  stage.append(card);
  let over: SVGGElement | null = null;
  let last: PointerEvent | null = null;

  stage.addEventListener("pointermove", (event) => event.pointerType !== "touch" && event.buttons === 0 && move(event));
  stage.addEventListener("pointerleave", () => leave());
  stage.addEventListener("pointerdown", () => leave());

  const nodeOf = (element: SVGGElement) => select<SVGGElement, SceneNode>(element).datum();

  function move(event: PointerEvent): void {
    const node = event.target instanceof Element ? event.target.closest<SVGGElement>("g.node:not(.gone)") : null;
    if (!node) return leave();
    if (node !== over) {
      leave();
      over = node;
      draw();
    }
    last = event;
    scrub();
    place();
  }

  function leave(): void {
    if (over) show(over, nodeOf(over).picture);
    [over, last] = [null, null];
    card.hidden = true;
  }

  /** Draws what is known now; called again when more is. */
  function draw(): void {
    if (!over) return;
    const { id, layer, index } = nodeOf(over);
    const found = source.get(id);
    const { patches, examples } = found?.pictures ?? { patches: [], examples: [] };
    const pictures = patches.length ? patches.map(({ picture }) => picture) : examples;
    const images = pictures.slice(0, SHOWN).map((picture) => h("img", { src: served(picture), alt: "" }));
    const remedy = found?.pictures?.patchesRemedy ?? null;
    const note = found && !images.length ? noPatches(remedy) : patches.length && remedy ? morePatches(remedy) : null;
    card.replaceChildren(h("b", {}, `${layer}/${index}`), source.nameOf(id) ?? "", ...(images.length ? [h("div", { class: "strip" }, ...images)] : []), ...(note ? [note] : []));
    card.hidden = found === null;
    scrub();
    place();
  }

  function scrub(): void {
    if (!over || !last) return;
    const found = source.get(nodeOf(over).id)?.pictures;
    const pictures = (source.isPatches() ? found?.patches.map(({ picture }) => picture) : found?.diversity) ?? [];
    const box = must(over.querySelector(".picture")).getBoundingClientRect();
    const at = scrubbed((last.clientX - box.left) / Math.max(1, box.width), pictures.length);
    if (pictures.length > 1) show(over, must(pictures[at]));
  }

  function show(node: SVGGElement, picture: string | null): void {
    const image = node.querySelector("image.picture");
    if (picture !== null && image && image.getAttribute("href") !== served(picture)) image.setAttribute("href", served(picture));
  }

  function place(): void {
    if (!last || card.hidden) return;
    const { left, top, width, height } = stage.getBoundingClientRect();
    const { x, y } = besidePointer({ x: last.clientX - left, y: last.clientY - top }, { width: card.offsetWidth, height: card.offsetHeight }, { width, height });
    card.style.translate = `${x}px ${y}px`;
  }

  return { draw };
}
