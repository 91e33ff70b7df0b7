// The classes most like the one that is shown, with the layer where that was measured.
import { SIMILAR } from "../api";
import type { Context } from "../context";
import { latest } from "../dom";
import type { SimilarClass } from "../types";

export interface Similar {
  readonly classes: readonly SimilarClass[];
  readonly layer: string | null; // null: over all
}

/** arrived  called when they are here for another layer */
export function createSimilar({ api, model }: Pick<Context, "api" | "model">, arrived: () => void) {
  const answer = latest();
  let found: Similar = { classes: [], layer: null };
  let wanted: string | null = null; // layer

  return {
    get: () => found,
    /** Those that came with a class's graph. */
    bring(next: Similar): void {
      answer.forget();
      [found, wanted] = [next, next.layer];
    },
    /** At another layer of the class that they are here for. */
    want(index: number, layer: string | null): void {
      if (layer === wanted) return;
      wanted = layer;
      if (layer === found.layer) return answer.forget();
      const keep = (classes: readonly SimilarClass[]) => {
        found = { classes, layer };
        arrived();
      };
      answer(api.similar(model.id, index, layer, SIMILAR), keep, () => (wanted = found.layer)); // the list at the left says why
    },
  };
}
