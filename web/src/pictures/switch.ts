// Whether the whole graph shows what channels look for, or patches of real pictures.
import { h, mark } from "../dom";
import type { Show } from "../state";

const WORDS = { synthesised: "Synthesised", patches: "Patches" } as const;

export function pictureSwitch(choose: (show: Show | null) => void) {
  const button = (show: keyof typeof WORDS) => h("button", { class: "button", onclick: () => choose(show === "patches" ? "patches" : null) }, WORDS[show]);
  const buttons = { synthesised: button("synthesised"), patches: button("patches") };
  const element = h("div", { class: "joined", role: "group", "aria-label": "Pictures of channels" }, buttons.synthesised, buttons.patches);
  return {
    element,
    update(show: Show | null): void {
      mark(buttons.synthesised, "aria-pressed", String(show === null));
      mark(buttons.patches, "aria-pressed", String(show === "patches"));
    },
  };
}
