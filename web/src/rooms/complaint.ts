// What a room has to say about what is wanted, for as long as something else is still shown.
import type { Context } from "../context";
import type { Room } from "../state";

export function createComplaint({ banner, store }: Pick<Context, "banner" | "store">, room: Room) {
  let content: readonly (Node | string)[] = [];

  /** Every change of the state takes it from the banner, and so does another room. */
  function again(): void {
    if (content.length && store.get().room === room) banner.say("room", ...content);
  }

  return {
    again,
    say(...next: (Node | string)[]): void {
      content = next;
      again();
    },
    drop(): void {
      content = [];
      banner.clear("room");
    },
  };
}
