// Where the points of a map stand on the screen. All layers share one frame, so that a motion between layers is true.

/** Columns that go together, in units of the map. */
export interface Places {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Class indexes and their places. */
export interface Points extends Places {
  readonly classes: readonly number[];
}

export interface Bounds {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** px = (left + scale * x, top - scale * y) */
export interface Frame {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** The smallest box with all places; a unit square where there are none. */
export function boundsOf(all: readonly Places[]): Bounds {
  const bounds = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (const { x, y } of all) {
    for (const value of x) {
      bounds.left = Math.min(bounds.left, value);
      bounds.right = Math.max(bounds.right, value);
    }
    for (const value of y) {
      bounds.bottom = Math.min(bounds.bottom, value);
      bounds.top = Math.max(bounds.top, value);
    }
  }
  return bounds.left <= bounds.right ? bounds : { left: 0, right: 1, bottom: 0, top: 1 };
}

/** The largest frame that holds the bounds in the middle of a box, `margin` px from its sides. */
export function frameOf({ left, right, bottom, top }: Bounds, width: number, height: number, margin: number): Frame {
  const across = Math.max(1, width - 2 * margin) / Math.max(right - left, 1e-9);
  const down = Math.max(1, height - 2 * margin) / Math.max(top - bottom, 1e-9);
  const scale = Math.min(across, down, 1e6);
  return { scale, left: width / 2 - (scale * (left + right)) / 2, top: height / 2 + (scale * (top + bottom)) / 2 };
}

/** A frame that is zoomed by k and then moved by (x, y) px. */
export const zoomed = ({ scale, left, top }: Frame, { k, x, y }: { k: number; x: number; y: number }): Frame => ({
  scale: scale * k,
  left: left * k + x,
  top: top * k + y,
});

/** The zoom, 1 to `closest`, at which one part of what a frame shows fills the box. */
export function fitOf(frame: Frame, part: Bounds, [width, height]: readonly [number, number], margin: number, closest: number): { k: number; x: number; y: number } {
  const target = frameOf(part, width, height, margin);
  const k = Math.min(closest, Math.max(1, target.scale / frame.scale));
  const middle = toScreen(frame, (part.left + part.right) / 2, (part.bottom + part.top) / 2);
  return { k, x: width / 2 - k * middle[0], y: height / 2 - k * middle[1] };
}

export const toScreen = ({ scale, left, top }: Frame, x: number, y: number): [number, number] => [left + scale * x, top - scale * y];

export const toMap = ({ scale, left, top }: Frame, x: number, y: number): [number, number] => [(x - left) / scale, (top - y) / scale];
