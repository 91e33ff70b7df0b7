// Saves what is shown: the data as JSON, the drawing as an SVG that stands alone.

export function saveJson(data: unknown, name: string): void {
  saveText(`${JSON.stringify(data, null, 2)}\n`, "application/json", name);
}

export function saveText(text: string, type: string, name: string): void {
  save(new Blob([text], { type }), name);
}

const STYLES = ["fill", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity", "font", "text-anchor", "clip-path", "display"];

/** Copies the computed styles into the elements and the pictures into the file. */
export async function saveSvg(svg: SVGSVGElement, name: string): Promise<void> {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, k) => {
    const style = getComputedStyle(originals[k]!);
    for (const property of STYLES) (element as SVGElement).style.setProperty(property, style.getPropertyValue(property));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  copy.querySelectorAll(".hit").forEach((hit) => hit.remove());
  await Promise.all([...copy.querySelectorAll("image")].map(embed));
  save(new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" }), name);
}

async function embed(image: SVGImageElement): Promise<void> {
  const address = image.getAttribute("href");
  if (!address) return;
  const response = await fetch(address);
  if (!response.ok) return image.remove();
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

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name.replaceAll(/[/\\]/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
