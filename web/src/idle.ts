// What a room cannot follow of what is chosen, as in an address of another model's: told once, for as long as it is so.
import { noEffect } from "./address";
import { type Room, START, type State, type Store } from "./state";
import type { Banner } from "./views/banner";

/** Why something has no effect; null: it has one. */
export type Idle = Partial<Record<keyof State, string | null>>;

/** What is told of one room. It may be told of one part after the other. */
export function createIdle({ mention, clear }: Banner, store: Pick<Store, "get">, room: Room): (whys: Idle) => void {
  let known: Idle = {};
  let said = "";
  return (whys) => {
    const state = store.get();
    if (state.room !== room) return;
    known = { ...known, ...whys };
    const words = (Object.entries(known) as [keyof State, string | null][]).flatMap(([key, why]) => (why && state[key] !== START[key] ? [noEffect(key, String(state[key]), room, why)] : [])).join(" ");
    if (words === said) return;
    said = words;
    words ? mention("idle", words) : clear("idle");
  };
}
