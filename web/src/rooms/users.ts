// The classes whose graphs have the pinned channel.
import { MOST } from "../api";
import { asking } from "../asked";
import type { Context } from "../context";
import { isEdge } from "../layout/relate";

interface Users {
  readonly classes: ReadonlySet<number>;
  readonly total: number;
}

/** arrived  called when they are known, and when they are not wanted any longer */
export function createUsers({ api }: Context, arrived: () => void) {
  const asked = asking<Users>(arrived);
  let wanted: string | null | undefined = null; // undefined: what is known is out of date

  function failure(): Error | null {
    const answer = asked.get();
    return answer instanceof Error ? answer : null;
  }
  function found(): Users | null {
    const answer = asked.get();
    return answer instanceof Error ? null : answer;
  }

  return {
    get: () => found()?.classes ?? null,
    /** How many there are, where not all of them come. */
    total: () => found()?.total ?? 0,
    /** id  of a channel; an edge or null marks no classes */
    want(id: string | null): void {
      const next = id === null || isEdge(id) ? null : id;
      if (next === wanted) return;
      wanted = next;
      asked.forget();
      if (next === null) return arrived();
      asked.want(next, async () => {
        const { classes, classCount } = await api.channel(next, MOST);
        return { classes: new Set(classes.map(({ imageClass }) => imageClass.index)), total: classCount };
      });
    },
    /** Why they are not known; null: they are, or are not wanted. */
    failure,
    retry: asked.retry,
    /** What is known is out of date. */
    renew: () => void (wanted = undefined),
  };
}
