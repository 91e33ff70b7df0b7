// The threshold that a graph is cut at: a slider with its number, what it is a part of, dead ends.
import { type Cut, LEAST, MOST, percents, readThreshold, STEP } from "../cut";
import { h, mark } from "../dom";

const REST = { slide: 120, type: 400 }; // ms of quiet before a graph is asked for

/** `change` with `again` belongs to the same movement as the one before: Back goes to before the movement. */
export interface ThresholdEvents {
  change(cut: Cut, again: boolean): void;
}

export function thresholdView(host: HTMLElement, { change }: ThresholdEvents) {
  const about = "How much of the PageRank the channels drawn have together";
  const bounds = { min: LEAST, max: MOST, step: STEP };
  const range = h("input", { type: "range", ...bounds, "aria-label": "Threshold", title: about });
  const field = h("input", { type: "text", class: "percent", inputmode: "decimal", "aria-label": "Threshold in percent", autocomplete: "off" });
  const scopes = h("div", { class: "choices", role: "group", "aria-label": "What the threshold is a part of" });
  const perLayer = scope("of each ", "layer", "Every layer's channels have that part of the layer's PageRank", false);
  const whole = scope("of the ", "network", "All channels together have that part of the network's PageRank", true);
  const box = h("input", { type: "checkbox" });
  const deadEnds = h("label", { class: "check", title: "With edges from channels that nothing below influences" }, box, "dead ends");
  scopes.append(perLayer, whole);
  host.append(h("label", { class: "slider", title: about }, h("span", { class: "second" }, "threshold"), range), field, h("span", { class: "second" }, "%"), scopes, deadEnds);

  let cut: Cut = { threshold: LEAST, unified: false, deadEnds: true };
  let moving = false; // one movement of the slider, or one bout of typing
  let timer = 0; // 0: nothing is waiting to be told

  function tell(next: Partial<Cut>, again = false): void {
    window.clearTimeout(timer);
    timer = 0;
    cut = { ...cut, ...next };
    draw();
    change(cut, again);
  }

  function soon(threshold: number, rest: number): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const again = moving;
      moving = true;
      tell({ threshold }, again);
    }, rest);
  }

  function scope(before: string, text: string, title: string, unified: boolean): HTMLButtonElement {
    const choose = () => cut.unified !== unified && tell({ unified });
    return h("button", { class: "button small", title, "aria-label": before + text, onclick: choose }, h("span", { class: "wide" }, before), text);
  }

  range.addEventListener("pointerdown", () => (moving = false));
  range.addEventListener("input", () => {
    field.value = String(range.valueAsNumber);
    soon(range.valueAsNumber, REST.slide);
  });
  field.addEventListener("input", () => {
    const threshold = readThreshold(field.value);
    const inBounds = threshold !== null && threshold === Number(field.value.replace(",", "."));
    mark(field, "aria-invalid", inBounds ? null : "true");
    if (inBounds) soon(threshold, REST.type);
  });
  field.addEventListener("change", () => {
    const threshold = readThreshold(field.value) ?? cut.threshold;
    mark(field, "aria-invalid", null);
    field.value = String(threshold);
    if (threshold !== cut.threshold) soon(threshold, 0);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    const threshold = Math.min(MOST, Math.max(LEAST, (readThreshold(field.value) ?? cut.threshold) + step));
    field.value = String(threshold);
    mark(field, "aria-invalid", null);
    soon(threshold, REST.slide);
  });
  for (const input of [range, field]) input.addEventListener("blur", () => (moving = false));
  box.addEventListener("change", () => tell({ deadEnds: box.checked }));

  function draw(): void {
    range.value = String(cut.threshold);
    range.setAttribute("aria-valuetext", percents(cut.threshold));
    if (readThreshold(field.value) !== cut.threshold) field.value = String(cut.threshold); // "12." is being typed
    mark(perLayer, "aria-pressed", String(!cut.unified));
    mark(whole, "aria-pressed", String(cut.unified));
    box.checked = cut.deadEnds;
  }

  return function update(next: Cut): void {
    if (timer) return; // what the person does now comes after it
    cut = next;
    draw();
  };
}
