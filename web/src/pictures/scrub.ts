// Moving from left to right over a channel shows its pictures one after another. Pure.

/** Which of `count` pictures is meant at a place of the channel's width, 0..1; -1 where there is none. */
export function scrubbed(place: number, count: number): number {
  return count === 0 ? -1 : Math.min(count - 1, Math.max(0, Math.floor(place * count)));
}

export interface Corner {
  readonly x: number;
  readonly y: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const AWAY = 18; // px from the pointer

/** Where a card stands beside the pointer: to its right and below, or on the other side where that leaves the stage. */
export function besidePointer(pointer: Corner, card: Size, stage: Size): Corner {
  const place = (at: number, long: number, room: number) => {
    const after = at + AWAY;
    if (after + long <= room) return after;
    return Math.max(0, Math.min(at - AWAY - long, room - long));
  };
  return { x: place(pointer.x, card.width, stage.width), y: place(pointer.y, card.height, stage.height) };
}
