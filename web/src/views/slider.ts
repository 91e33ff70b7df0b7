// A slider that says its value.
import { h } from "../dom";
import { number } from "../format";

export interface SliderOptions {
  readonly label: string;
  readonly about: string;
  readonly least?: number; // 0
  readonly step?: number; // 1
  word?(value: number): string; // "≥ 120"
  slide(value: number): void; // while it moves
  settle(value: number): void; // when it is let go
}

export function sliderView(host: HTMLElement, { label, about, least = 0, step = 1, word = counted, slide, settle }: SliderOptions) {
  const input = h("input", { type: "range", min: least, max: 1, step, value: 0, "aria-label": label ? `${label}: ${about}` : about });
  const value = h("output", {});
  host.append(h("label", { class: "slider", title: about }, label ? h("span", { class: "second" }, label) : null, input, value));
  const say = (now: number) => {
    value.textContent = word(now);
    input.setAttribute("aria-valuetext", word(now));
  };
  input.addEventListener("input", () => (say(input.valueAsNumber), slide(input.valueAsNumber)));
  input.addEventListener("change", () => settle(input.valueAsNumber));
  return {
    focus: () => input.focus(),
    update(now: number, largest: number): void {
      input.max = String(Math.max(largest, now)); // what is applied is what it says
      input.value = String(now);
      say(now); // which may lie between two of its steps, or below the least
    },
  };
}

const counted = (value: number): string => (value ? `≥ ${number(value)}` : "all");
