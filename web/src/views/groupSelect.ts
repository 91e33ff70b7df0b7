// Which group a list of classes is of.
import { keyOf, titleOf } from "../chosen";
import { h } from "../dom";
import { number } from "../format";
import type { ClassGroup } from "../types";

export function groupSelect(choose: (group: string | null) => void) {
  const element = h("select", { class: "groups", "aria-label": "Group", hidden: true, onchange: () => choose(element.value || null) });

  return {
    element,
    fill(groups: readonly ClassGroup[], chosen: string | null): void {
      const byName = [...groups].sort((a, b) => a.name.localeCompare(b.name));
      element.replaceChildren(h("option", { value: "" }, "All groups"));
      element.append(...byName.map((group) => h("option", { value: keyOf(group) }, `${titleOf(group, groups)} (${number(group.classCount)})`)));
      element.hidden = groups.length === 0;
      element.value = chosen ?? "";
    },
    update(chosen: string | null): void {
      if (element.value !== (chosen ?? "")) element.value = chosen ?? "";
    },
  };
}
