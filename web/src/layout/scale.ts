// How big and how strong things are drawn. One scale for every class, so that pictures can be compared across classes.

export const SMALLEST = 22; // px, a channel's picture at a share of 0
export const LARGEST = 62; // px, at a share of 1

/** Side of a channel's picture in px; its area over the smallest grows with the share of the class's pictures (0..1). */
export const side = (share: number): number => SMALLEST + (LARGEST - SMALLEST) * Math.sqrt(clamp(share));

/** How few graphs have a channel, 0 (all of them) to 1 (one alone), by orders of magnitude.  having  of so many graphs */
export const specificity = (having: number, graphs: number): number =>
  graphs > 1 ? 1 - Math.log(Math.min(graphs, Math.max(1, having))) / Math.log(graphs) : 0;

/** Width of an edge in px. */
export const width = (share: number): number => 0.8 + 5.2 * clamp(share);

/** Opacity of an edge: weak edges are numerous and must stay a texture. */
export const opacity = (share: number): number => 0.13 + 0.47 * clamp(share);

/** Part of their width that all edges are drawn at, so that those between two rows never become a wall. */
export function thinning(widths: readonly number[], room: number): number {
  const ink = widths.reduce((sum, value) => sum + value, 0);
  return ink > 0 ? Math.min(1, Math.max(0.15, (room * CROWDED) / ink)) : 1;
}

const CROWDED = 0.45; // of the room between two rows: their edges' widths together

/** The share where the service knows it, else the value on the model's scale. */
export const shareOf = (share: number | null, value: number, largest: number): number =>
  share ?? (largest > 0 ? value / largest : 0);

/** The mean of such shares over the classes that have it. */
export const meanShare = (shares: readonly (number | null)[] | null, values: readonly number[], largest: number): number =>
  mean(values.map((value, k) => shareOf(shares?.[k] ?? null, value, largest)));

export const mean = (values: readonly number[]): number =>
  values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;

/** What an edge weighs in several classes: the mean over those that have it, rounded to a whole number as everywhere it is shown. */
export const meanWeight = (weights: readonly number[]): number => Math.round(mean(weights));

const clamp = (share: number): number => Math.min(1, Math.max(0, share));
