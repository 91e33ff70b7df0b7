// What stands where a picture is missing: a tile with words, never a broken picture.
import { h } from "../dom";

export const missing = (why: string): HTMLElement => h("p", { class: "missing second" }, why);

/** What to say where a channel has no pictures that excite it. */
export const noPatches = (remedy: string | null): HTMLElement => missing(remedy ? `no patches yet: ${remedy}` : "there are no pictures that excite it");

/** What to say where a class's graph got a channel after its patches were made. */
export const morePatches = (remedy: string): HTMLElement => missing(`more of this class: ${remedy}`);

/** Puts a tile in place of every picture of the page that cannot be loaded. */
export function replaceBroken(page: Document): void {
  page.addEventListener("error", ({ target }) => {
    if (target instanceof HTMLImageElement) {
      const about = target.alt || "picture";
      target.replaceWith(h("span", { class: `${target.className} missing`, role: "img", title: `${about}: the file is gone`, "aria-label": `${about}: the file is gone` }));
    } else if (target instanceof SVGImageElement) target.removeAttribute("href");
  }, true); // errors of pictures do not bubble
}
