// Saves what is shown: the data as JSON, the drawing as an SVG that stands alone, or as a PNG.
import { version } from "../package.json";
import { printJson } from "./json";
import type { Names } from "./names";
import { type Rows, toCsv, withNames } from "./table";
import type { Model } from "./types";
import { must } from "./must";

export function saveJson(data: unknown, name: string): void {
  saveText(`${printJson(data, 2)}\n`, "application/json", name);
}

export function saveText(text: string, type: string, name: string): void {
  saveBlob(new Blob([text], { type }), name);
}

/** As CSV, with what channels are called. */
export function saveTable(rows: Rows, { own }: Pick<Names, "own">, name: string): void {
  saveText(toCsv(withNames(rows, own)), "text/csv", `${name}.csv`);
}

/** What an export says about where it comes from. */
export const provenance = ({ model: { id, architecture, dataset, graphThreshold }, names }: { readonly model: Model; readonly names: Pick<Names, "called"> }) => ({
  model: id,
  architecture,
  dataset,
  graphThreshold, // percent, where one holds for all graphs
  version,
  date: new Date().toISOString(),
  address: location.href,
  names: names.called(), // of channels, by persons
});

const SHARP = 2;
const LARGEST = 80_000; // characters of a data URL of 60,000 bytes, which is the most that a view takes
const MARGIN = 12; // px above the headings
const STYLES = ["rx", "fill", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "opacity", "font", "text-anchor", "clip-path", "display"];

export interface Drawn {
  readonly layers: readonly SVGSVGElement[]; // one above the other
  readonly size: { readonly width: number; readonly height: number }; // px of the drawing whole, not zoomed
  unzoomed<T>(work: () => T): T; // does something with the drawing while it is whole
  readonly headings: Iterable<Element>; // of the page, above the drawing, that belong to it
  readonly name: string;
}

/** The two actions that save a drawing as a picture. */
export function pictureMenu(drawn: () => Drawn, failed: (error: Error) => void) {
  const save = (ending: string, write: (copy: SVGSVGElement) => Blob | Promise<Blob>) => () => {
    const one = drawn(); // something else may be drawn by the time its pictures are here
    standalone(one).then(write).then((file) => saveBlob(file, `${one.name}.${ending}`)).catch(failed);
  };
  return { "Picture (SVG)": save("svg", svgFile), "Picture (PNG)": save("png", rasterise) };
}

/** A copy with the computed styles in its elements, the pictures in it, and the headings above it. */
async function standalone(drawn: Drawn): Promise<SVGSVGElement> {
  const copy = drawn.unzoomed(() => copyOf(drawn));
  await Promise.all([...copy.querySelectorAll("image")].map(embed));
  return copy;
}

function copyOf({ layers, size, headings }: Drawn): SVGSVGElement {
  const [copy, ...others] = lent(layers, () => layers.map(styled)) as [SVGSVGElement, ...SVGSVGElement[]];
  for (const other of others) copy.append(...other.children);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  copy.querySelectorAll(".flow").forEach((flow) => flow.remove());
  const above = [...headings];
  unpressed(above, () => head(copy, must(layers[0]), size, above));
  return copy;
}

/** Does something while what is drawn once more in front looks like that behind, too: a copy has one style for both. */
function lent<T>(layers: Drawn["layers"], work: () => T): T {
  const uses = layers.flatMap((layer) => [...layer.querySelectorAll<SVGUseElement>("use[class]")]);
  const loans = uses.map((use) => [must(layers[0]).querySelector(must(use.getAttribute("href"))), must(use.getAttribute("class"))] as const);
  for (const [look, name] of loans) look?.classList.add(name);
  try {
    return work();
  } finally {
    for (const [look, name] of loans) look?.classList.remove(name);
  }
}

/** Does something while no button is pressed that has one of the elements in it: its colours are those on its own ground. */
function unpressed(elements: readonly Element[], work: () => void): void {
  const pressed = new Set(elements.map((element) => element.closest('[aria-pressed="true"]')).filter((button) => button !== null));
  for (const button of pressed) button.removeAttribute("aria-pressed");
  try {
    work();
  } finally {
    for (const button of pressed) button.setAttribute("aria-pressed", "true");
  }
}

/** Writes the page's headings where they stand above the drawing, which grows by as much. */
function head(copy: SVGSVGElement, svg: SVGSVGElement, size: Drawn["size"], headings: readonly Element[]): void {
  const origin = svg.getBoundingClientRect();
  const boxes = headings.map((element) => ({ element, box: element.getBoundingClientRect() }));
  const above = Math.max(0, ...boxes.map(({ box }) => origin.top - box.top)) + MARGIN;
  const [width, height] = [size.width, size.height + above];
  for (const [name, value] of Object.entries({ width, height, viewBox: `0 ${-above} ${width} ${height}` })) copy.setAttribute(name, String(value));
  boxes.forEach(({ element, box }) => {
    const style = getComputedStyle(element);
    if (element instanceof SVGSVGElement) return void copy.append(sampleOf(element, box.left - origin.left, box.top - origin.top));
    const [anchor, x] = { right: ["end", box.right], center: ["middle", (box.left + box.right) / 2] }[style.textAlign] ?? ["start", box.left];
    const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
    text.textContent = (element as HTMLElement).innerText.replaceAll(/\s+/g, " ").replace(/ ×$/, ""); // parts of a line stand apart
    text.setAttribute("x", String(Number(x) - origin.left));
    text.setAttribute("y", String(box.bottom - origin.top - (box.height - Number.parseFloat(style.fontSize)) / 2 - 2));
    text.setAttribute("style", `fill: ${style.color}; font: ${style.font}; text-anchor: ${anchor}`);
    copy.append(text);
  });
}

/** A sample of a legend, at its place. */
function sampleOf(svg: SVGSVGElement, x: number, y: number): SVGElement {
  const sample = styled(svg) as SVGSVGElement;
  sample.setAttribute("x", String(x));
  sample.setAttribute("y", String(y));
  return sample;
}

/** A copy with the computed styles in its elements. */
function styled(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.style.removeProperty("transform"); // of a picture that is moved
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, k) => {
    const style = getComputedStyle(must(originals[k]));
    for (const property of STYLES) (element as SVGElement).style.setProperty(property, style.getPropertyValue(property));
  });
  return copy;
}

const svgFile = (svg: SVGSVGElement): Blob => new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });

/** The drawing as pixels, SHARP of them for each of its own. */
async function rasterise(svg: SVGSVGElement): Promise<Blob> {
  const canvas = await painted(svg, SHARP);
  return new Promise((resolve, reject) => canvas.toBlob((file) => (file ? resolve(file) : reject(new Error("the picture is too large to be saved as PNG"))), "image/png"));
}

/** A drawing as it is seen, so many px wide, as a data URL; null: even coarse it is too large to be kept. */
export async function snapshot(layers: Drawn["layers"], width: number): Promise<string | null> {
  const size = must(layers[0]).getBoundingClientRect();
  const copy = await standalone({ layers, size, unzoomed: (work) => work(), headings: [], name: "" });
  const canvas = await painted(copy, width / size.width);
  return [0.7, 0.4, 0.1].map((quality) => canvas.toDataURL("image/jpeg", quality)).find((url) => url.length <= LARGEST) ?? null;
}

/** scale  pixels for each of its own */
async function painted(svg: SVGSVGElement, scale: number): Promise<HTMLCanvasElement> {
  const image = new Image();
  image.src = await dataUrl(svgFile(svg));
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * scale, image.height * scale];
  const context = must(canvas.getContext("2d"));
  context.fillStyle = svg.style.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function embed(image: SVGImageElement): Promise<void> {
  const address = image.getAttribute("href");
  if (!address) return;
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) return image.remove();
  image.setAttribute("href", await dataUrl(await response.blob()));
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("the picture cannot be read")));
    reader.readAsDataURL(blob);
  });
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.replaceAll(/[/\\]/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
