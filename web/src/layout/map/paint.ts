// What a point looks like: the colour and shape of its group, or a step of a scale for its accuracy.

export interface Members {
  readonly key: string;
  readonly name: string;
  readonly classes: readonly number[];
}

export const SHAPES = ["disc", "square", "diamond", "triangle", "cross"] as const;
export type Shape = (typeof SHAPES)[number];
export const TONES = 7; // colours that remain distinct under colour blindness; beyond them the shape changes
export const STEPS = 5; // of accuracy

/** The look of the k-th group: seven colours, then the same with another shape. */
export const lookOf = (k: number): { tone: number; shape: Shape } => ({
  tone: (k % TONES) + 1,
  shape: SHAPES[Math.floor(k / TONES) % SHAPES.length] ?? "disc",
});

/** Each class's group, as its place in the list: the smallest that holds it, the earlier of equals. */
export function groupsOf(chosen: readonly Members[]): Map<number, number> {
  const found = new Map<number, number>();
  const size = (k: number) => chosen[k]?.classes.length ?? Infinity;
  chosen.forEach(({ classes }, k) => {
    for (const index of classes) {
      const known = found.get(index);
      if (known === undefined || size(k) < size(known)) found.set(index, k);
    }
  });
  return found;
}

/** The step of an accuracy, 0..STEPS-1. */
export const stepOf = (accuracy: number): number => Math.min(STEPS - 1, Math.floor(accuracy * STEPS));

export interface Sizes {
  readonly most: number; // groups
  readonly least: number; // share of the classes
  readonly largest: number;
}

/** Groups to begin with: the largest that share no class with one another, within the sizes; of equals the one with the later id.
 *
 * In WordNet that is mostly the narrower word: "organism" before "living thing".
 */
export function suggest(groups: readonly Members[], classCount: number, { most, least, largest }: Sizes): string[] {
  const fitting = groups.filter(({ classes }) => classes.length >= Math.max(2, least * classCount) && classes.length <= largest * classCount);
  fitting.sort((a, b) => b.classes.length - a.classes.length || (a.key < b.key ? 1 : -1));
  const taken = new Set<number>();
  const chosen: string[] = [];
  for (const { key, classes } of fitting) {
    if (chosen.length === most) break;
    if (classes.some((index) => taken.has(index))) continue;
    chosen.push(key);
    for (const index of classes) taken.add(index);
  }
  return chosen;
}

/** Where a group's name stands: the median of its points in each direction; null where it has none. */
export function medianOf(classes: ReadonlySet<number>, points: { classes: readonly number[]; x: ArrayLike<number>; y: ArrayLike<number> }): [number, number] | null {
  const rows = points.classes.flatMap((index, k) => (classes.has(index) ? [k] : []));
  const middle = (values: ArrayLike<number>): number => {
    const sorted = Float64Array.from(rows, (k) => values[k] ?? 0).sort();
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  };
  return rows.length ? [middle(points.x), middle(points.y)] : null;
}
