// How a drawing is zoomed so that it is seen whole.

export interface Size {
  readonly width: number; // px
  readonly beyond?: number; // px of it that its box has no room for
  readonly height: number;
  readonly head: number; // px at the left that stay where they are when the drawing is zoomed
  readonly tail: number; // ... and at the right
}

/** The drawing whole between its sides, in a box of this height, never larger than it was laid out: its scale, and px that it is moved to the right. */
export function fitted({ width, beyond = 0, height, head, tail }: Size, high: number): { readonly k: number; readonly x: number } {
  const [room, used] = [width - beyond - head - tail, width - head - tail];
  const k = Math.min(1, high / height, room > 0 ? room / used : (width - beyond) / width);
  return { k, x: k < 1 ? head * (1 - k) + (room - used * k) / 2 : 0 };
}
