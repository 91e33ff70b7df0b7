// The classes whose nearest change most over the layers, and where they do so more than others.

/** How far each class's nearest changed from one layer to the next: the share of them that are gone. */
export interface Passage {
  readonly lower: string;
  readonly upper: string;
  readonly moved: ReadonlyMap<number, number>; // by class
}

export interface Moved {
  readonly index: number;
  readonly lower: string; // ... to upper: where it stands out most
  readonly upper: string;
  readonly moved: number; // there
}

/** Classes by the sum of what they moved, the largest first; at equal sums by index. */
export function rankMovers(passages: readonly Passage[], most: number): Moved[] {
  const sums = new Map<number, number>();
  const found = new Map<number, Moved & { readonly excess: number }>();
  for (const { lower, upper, moved } of passages) {
    const usual = [...moved.values()].reduce((sum, share) => sum + share, 0) / Math.max(1, moved.size);
    for (const [index, share] of moved) {
      sums.set(index, (sums.get(index) ?? 0) + share);
      const known = found.get(index);
      if (!known || share - usual > known.excess + 1e-9) found.set(index, { index, lower, upper, moved: share, excess: share - usual });
    }
  }
  const ranked = [...found.values()].sort((a, b) => (sums.get(b.index) ?? 0) - (sums.get(a.index) ?? 0) || a.index - b.index);
  return ranked.slice(0, most).map(({ index, lower, upper, moved }) => ({ index, lower, upper, moved }));
}
