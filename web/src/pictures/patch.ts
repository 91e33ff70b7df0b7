// Patches: small pictures that open the whole one, with a frame where the channel looks.
import { h } from "../dom";
import { served } from "../links";
import type { ChannelPictures, Patch } from "../types";
import { label } from "../views/detail";
import { morePatches, noPatches } from "./missing";

type Found = NonNullable<ChannelPictures["pictures"]>;
const TITLE = "Pictures that excite it most";

/** Patches as buttons that show the whole picture; pictures alone where that is all there is; else why there are none. */
export function patchStrip(found: Partial<Found> | null, name: string): Node[] {
  if (!found) return [];
  const { patches = [], examples = [] } = found;
  if (!patches.length && !examples.length) return [label(TITLE), noPatches(found.patchesRemedy ?? null)];
  const pictures = patches.length
    ? patches.map((patch, k) => patchButton(patch, `${TITLE}: ${name}, ${k + 1} of ${patches.length}`))
    : examples.map((picture, k) => h("img", { src: served(picture), alt: `${TITLE}: ${name}, ${k + 1} of ${examples.length}` }));
  const more = patches.length && found.patchesRemedy ? [morePatches(found.patchesRemedy)] : [];
  return [label(TITLE), h("div", { class: "strip" }, ...pictures), ...more];
}

function patchButton(patch: Patch, about: string): HTMLElement {
  const image = h("img", { src: served(patch.picture), alt: about });
  return h("button", { class: "patch", title: "The whole picture", onclick: () => showWhole(patch, about) }, image);
}

/** The square that the network saw, with the patch's frame. */
export function showWhole({ whole, x, y, side }: Patch, about: string): void {
  const image = h("img", { alt: `${about}: the whole picture` });
  const frame = h("div", { class: "frame", hidden: true });
  const close = () => dialog.close();
  const dialog = h("dialog", { class: "whole", "aria-label": about, onclose: () => dialog.remove(), onclick: close }, h("div", { class: "square" }, image, frame), h("button", { class: "button small" }, "Close (Esc)"));
  image.addEventListener("load", () => {
    const part = (length: number) => `${(100 * length) / image.naturalWidth}%`;
    Object.assign(frame.style, { left: part(x), top: part(y), width: part(side), height: part(side) });
    frame.hidden = false;
  });
  image.src = served(whole);
  document.body.append(dialog);
  dialog.showModal();
}
