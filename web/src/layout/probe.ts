// Where accuracies of classifiers stand by layer: the lowest layer at the left, an accuracy of 1 at the top. Pure.
import { rowsOf } from "../table";
import type { Table } from "../types";
import { must } from "../must";

export interface Probed {
  readonly layer: string;
  readonly size: number; // channels that are not excluded
  readonly channels: number; // of them among the top ones of a class
  readonly accuracy: number; // by these
  readonly random: number; // by as many random ones, mean over sets
  readonly random_least: number;
  readonly random_most: number;
  readonly every: number; // by all
  readonly chance: number;
  readonly classes: number;
  readonly learning: number; // pictures
  readonly held_out: number;
  readonly top: number;
  readonly sets: number;
}

const NUMBERS = ["size", "channels", "accuracy", "random", "random_least", "random_most", "every", "chance", "classes", "learning", "held_out", "top", "sets"] as const;

/** Rows of the stored query layer_probes, lowest layer first. */
export const probedOf = (table: Pick<Table, "columns" | "rows">): Probed[] =>
  rowsOf(table, "layer", ...NUMBERS).map((row) => ({ ...(Object.fromEntries(NUMBERS.map((name) => [name, Number(row[name])])) as Omit<Probed, "layer">), layer: String(row.layer) }));

const BOX = { width: 640, height: 240, left: 44, right: 12, top: 12, bottom: 44 }; // px
const LETTER = 6.2; // px, of a layer's name

export interface ProbeScene {
  readonly box: typeof BOX;
  readonly ticks: readonly { readonly y: number; readonly share: number }[];
  readonly layers: readonly { readonly x: number; readonly name: string }[]; // "" where it has no room
  readonly lines: Readonly<Record<"accuracy" | "random" | "every", readonly (readonly [number, number])[]>>;
  readonly band: readonly (readonly [number, number])[]; // outline from the worst to the best of the random sets
  readonly chance: number; // y
}

export function layoutProbe(rows: readonly Probed[]): ProbeScene {
  const [wide, high] = [BOX.width - BOX.left - BOX.right, BOX.height - BOX.top - BOX.bottom];
  const y = (share: number) => BOX.top + high * (1 - share);
  const x = (k: number) => BOX.left + (wide * (k + 0.5)) / rows.length;
  const points = (of: (row: Probed) => number) => rows.map((row, k) => [x(k), y(of(row))] as const);
  const longest = Math.max(...rows.map(({ layer }) => layer.length)) * LETTER + 8;
  const every = Math.ceil((longest * rows.length) / wide); // each so many layers one name has room
  return {
    box: BOX,
    ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => ({ y: y(share), share })),
    layers: rows.map(({ layer }, k) => ({ x: x(k), name: (rows.length - 1 - k) % every ? "" : layer })),
    lines: { accuracy: points((row) => row.accuracy), random: points((row) => row.random), every: points((row) => row.every) },
    band: [...points((row) => row.random_most), ...points((row) => row.random_least).reverse()],
    chance: y(must(rows[0]).chance),
  };
}
