// The classes whose graphs have the pinned channel.
import { MOST } from "../api";
import type { Context } from "../context";
import { latest } from "../dom";
import { isEdge } from "../layout/relate";

/** arrived  called when they are known, and when they are not wanted any longer */
export function createUsers({ api }: Context, arrived: () => void) {
  const answer = latest();
  let wanted: string | null | undefined = null; // undefined: what is known is out of date
  let users: ReadonlySet<number> | null = null;
  let total = 0;
  let complaint: string | null = null;

  return {
    get: () => users,
    /** How many there are, where not all of them come. */
    total: () => total,
    /** id  of a channel; an edge or null marks no classes */
    want(id: string | null): void {
      const next = id === null || isEdge(id) ? null : id;
      if (next === wanted) return;
      [wanted, users, complaint] = [next, null, null];
      if (next === null) return answer.forget(), arrived();
      answer(api.channel(next, MOST), ({ classes, classCount }) => {
        total = classCount;
        users = new Set(classes.map(({ imageClass }) => imageClass.index));
        arrived();
      }, (error) => ((complaint = error.message.replace(/\.?$/, ".")), arrived()));
    },
    /** Why they are not known; null: they are, or are not wanted. */
    complaint: () => complaint,
    /** What is known is out of date. */
    renew: () => void (wanted = undefined),
  };
}
