// What stands above the rows of a comparison: whose the zones are and what they hold, or what of several classes is shown.
import { h } from "../dom";
import { number, plural } from "../format";
import type { ZoneCount } from "../layout/comparison";
import type { PresenceCount } from "../layout/presence";
import type { Scene } from "../layout/scene";
import type { ComparedGraph } from "../types";
import { TAIL_GAP } from "./rowHeads";
import { must } from "../must";

const TONES = ["a", "both", "b"];

export function zoneHeads({ zones, width, beyond = 0, tail }: Scene, counts: readonly ZoneCount[], [first, second]: readonly [string, string]): HTMLElement[] {
  const names = [`only ${first}`, "both", `only ${second}`];
  const heads = zones.map((zone, z) => {
    const name = must(names[z]);
    const { channels, edges } = must(counts[z]);
    const note = `${plural(channels, "channel")} · ${plural(edges, "edge")}`;
    const style = `--left: ${zone.x}; --width: ${zone.width}; --whole: ${width}`;
    return h("div", { class: `zonehead zone ${TONES[z]}`, style }, h("b", { title: name }, name), h("span", { class: "second" }, note));
  });
  return [...heads, overlapHead(width - beyond - tail, width)];
}

/** Does something with the heading of the overlap above the drawing's own end, wherever that is. */
export function headAtEnd<T>(host: HTMLElement, { beyond = 0 }: Scene, work: () => T): T {
  host.style.setProperty("--end", `${beyond}px`);
  try {
    return work();
  } finally {
    host.style.removeProperty("--end");
  }
}

/** count  of what is drawn;  all  what that is a part of */
export function presenceHead({ head, width: whole, beyond = 0, tail }: Scene, words: string, count: PresenceCount, all: ComparedGraph): HTMLElement[] {
  const ends = count.ends ? ` · and ${plural(count.ends, "channel")} at their ends` : "";
  const note = `${number(count.channels)} of ${plural(all.channels.length, "channel")} · ${number(count.edges)} of ${plural(all.edges.length, "edge")}${ends} · bar at the left: how many classes have it`;
  const end = whole - beyond - tail;
  const style = `--left: ${head}; --width: ${end - head}; --whole: ${whole}`;
  return [h("div", { class: "zonehead", style }, h("b", {}, words), h("span", { class: "second" }, note)), overlapHead(end, whole)];
}

const overlapHead = (x: number, whole: number): HTMLElement =>
  h("div", { class: "zonehead overlap", style: `--left: ${x + TAIL_GAP}; --whole: ${whole}` }, h("span", { class: "label" }, "Overlap"));
