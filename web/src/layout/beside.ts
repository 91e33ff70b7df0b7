// Where a drawing is seen so large that there is room for further pictures of a channel beside its own. Pure.
import type { Box } from "./rows";
import type { SceneNode } from "./scene";

export const STACKED = 3; // pictures above one another at either side
export const PAD = 4; // px between a channel's picture, with its ring, and those beside it
export const BETWEEN = 1.5; // px

const LARGE = 128; // px on the screen: a smaller channel has its own picture alone
const READABLE = 24; // px on the screen: a smaller picture says nothing

/** How the drawing is moved and zoomed. */
export interface Seen {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

type Placed = Pick<SceneNode, "id" | "row" | "x" | "y" | "side">;

/** Channels on the screen that have room for further pictures, and how large each of these is, in px of the drawing. */
export function roomBeside(nodes: readonly Placed[], { x, y, k }: Seen, { width, height }: Box): Map<string, number> {
  const isSeen = (node: Placed) => x + k * (node.x + node.side / 2) > 0 && x + k * (node.x - node.side / 2) < width && y + k * node.y > 0 && y + k * (node.y - node.side) < height;
  const large = nodes.filter((node) => node.side * k >= LARGE && isSeen(node));
  const sizes = large.map((node) => [node.id, Math.min((node.side - (STACKED - 1) * BETWEEN) / STACKED, free(node, nodes) - PAD - 2)] as const);
  return new Map(sizes.filter(([, size]) => size * k >= READABLE));
}

/** px at either side up to the middle of the gap to the nearest channel of the row. */
function free(node: Placed, nodes: readonly Placed[]): number {
  const gaps = nodes.filter((other) => other !== node && other.row === node.row).map((other) => (Math.abs(other.x - node.x) - (other.side + node.side) / 2) / 2);
  return Math.min(node.side, ...gaps);
}
