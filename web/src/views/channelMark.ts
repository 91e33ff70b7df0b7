// A channel as it is drawn: its picture, a ring around it, the tabs that say whose it is, its number below.
// Of several classes compared, one tab at the left is filled by how many of them have it.
import type { EnterElement, Selection } from "d3-selection";
import { shape } from "../dom";
import type { SceneNode } from "../layout/scene";
import { isAgain, toneOf } from "./tones";
import { must } from "../must";

const TABS = ["tab-a", "tab-b"]; // of a channel of several classes
const TAB = 3; // px wide
const BESIDE = 2; // px between picture and tab
const RING = 3; // px around the picture
const ROUND = 6; // px, radius of its corners
const RIM = 0.5; // px around it that its corners' cover takes, too

let made = 0;

/** Appends a channel's parts; their origin is the middle of the picture's foot. Its look has an id: it can be drawn twice. */
export function appendChannel(enter: Selection<EnterElement, SceneNode, SVGGElement, unknown>) {
  const node = enter.append("g").attr("class", (item) => `node ${item.tone}`).attr("role", "button");
  const look = node.append("g").attr("class", (item) => `look ${item.tone}`).attr("id", () => `look-${++made}`);
  look.append(emptyPicture).attr("class", "picture");
  look.append("path").attr("class", "corners").attr("fill-rule", "evenodd");
  look.append("rect").attr("class", "ring");
  const sided = look.filter(({ tone }) => tone !== "plain");
  for (const tab of TABS) sided.append("rect").attr("class", `tab ${tab}`);
  look.append("text").attr("class", "number").attr("dy", "1.18em"); // 13 px of 11
  return node.each(function (item) {
    hold(this, item);
    resize(this, item.side);
  });
}

/** A picture where there is one, else a plain tile. */
const emptyPicture = (item: SceneNode): SVGElement =>
  shape(item.picture ? "image" : "rect", {});

/** Says how many of several classes have it, before it is drawn in its size. */
export function hold(element: SVGGElement, { held }: SceneNode): void {
  if (!held) return;
  element.dataset["part"] = String(held.part);
  const look = must(element.querySelector<SVGGElement>(".look"));
  look.classList.toggle("again", held.only !== null && isAgain(held.only));
  look.style.setProperty("--held", held.only === null ? "var(--both)" : toneOf(held.only));
}

export function resize(element: SVGGElement, side: number): void {
  element.dataset["side"] = String(side);
  const isPlain = element.classList.contains("plain");
  const out = isPlain ? RING : RING + BESIDE + TAB;
  place(element, ".picture", -side / 2, -side, side, side);
  place(element, ".ring", -side / 2 - out, -side - RING, side + 2 * out, side + 2 * RING);
  must(element.querySelector(".corners")).setAttribute("d", cornersOf(side));
  if (isPlain) return;
  const left = -side / 2 - BESIDE - TAB;
  if (element.classList.contains("some")) {
    const filled = side * Number(element.dataset["part"]);
    place(element, ".tab-a", left, -filled, TAB, filled);
    place(element, ".tab-b", left, -side, TAB, side - filled);
  } else {
    place(element, ".tab-a", left, -side, TAB, side);
    place(element, ".tab-b", side / 2 + BESIDE, -side, TAB, side);
  }
}

/** What of a square picture is not seen where it has round corners. The browser draws a cover much sooner than it clips hundreds of pictures. */
function cornersOf(side: number): string {
  const [round, out] = [Math.min(ROUND, side / 2), side + 2 * RIM];
  const [straight, arc] = [side - 2 * round, `a${round},${round} 0 0 1 `];
  const square = `M${-out / 2},${-side - RIM}h${out}v${out}h${-out}z`;
  return `${square}M${-straight / 2},${-side}h${straight}${arc}${round},${round}v${straight}${arc}${-round},${round}h${-straight}${arc}${-round},${-round}v${-straight}${arc}${round},${-round}z`;
}

function place(element: Element, part: string, x: number, y: number, width: number, height: number): void {
  const found = must(element.querySelector(part));
  for (const [name, value] of Object.entries({ x, y, width, height })) found.setAttribute(name, value.toFixed(2));
}

/** A tween from the size a channel has to the one it should have. */
export function growing(this: SVGGElement, item: SceneNode): (t: number) => void {
  const from = Number(this.dataset["side"]);
  if (from === item.side && item.tone === "plain") return () => undefined; // a new one, or one that stays so
  return (t) => resize(this, from + (item.side - from) * t);
}
