// Where rows and the pictures in them stand.
import { GAP, NUMBER, type Overlap, type RowDrop, type SceneRow } from "./scene";
import { LARGEST, SMALLEST } from "./scale";
import { must } from "../must";

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Times the usual room between the channels of a row, and between rows. */
export interface Spacing {
  readonly across: number;
  readonly down: number;
}

export const USUAL: Spacing = { across: 1, down: 1 };

/** Which edges are drawn, in how much room, and how large channels are. */
export interface Limits {
  readonly weight?: number; // edges with a smaller one, of several classes with a smaller mean, are not drawn
  readonly spacing?: Spacing;
  readonly graphs?: number | null; // pictures are as large as their channels are specific among so many; null: as their counts
}

export interface RowHead {
  readonly name: string;
  readonly note: string;
  readonly overlap?: Overlap;
  readonly raised?: number | null;
  readonly drop?: RowDrop | null;
}

export interface RowFrame {
  readonly rows: readonly SceneRow[]; // lowest first
  readonly height: number;
  readonly zoom: number; // times their size that pictures of all rows are drawn at
}

const PITCH = 92; // px between rows, where the box allows
const WIDEST = 116; // px: more than this looks torn apart
const NARROWEST = 72; // px: less and the edges have no room; the scene becomes higher than its box
const BAND = 16; // px for the edges between the largest picture and the numbers of the row above
const TALL = 1100; // px: a higher box is a large screen
const TOP = 4;
const BOTTOM = 16;

/** Rows share the height of the box; where they are near, all pictures shrink alike.  apart  times the usual room between rows */
export function frameRows(layers: readonly RowHead[], height: number, apart = 1): RowFrame {
  const bands = Math.max(1, layers.length - 1);
  const grown = Math.max(1, height / TALL); // a large screen is filled by larger pictures, farther apart
  const free = height - TOP - BOTTOM - LARGEST * grown - NUMBER;
  const pitch = apart * Math.min(WIDEST * grown, Math.max(NARROWEST, free / bands || PITCH));
  const zoom = Math.min(grown, (pitch - NUMBER - BAND) / LARGEST);
  const used = pitch * bands + LARGEST * zoom + NUMBER;
  const tall = Math.max(height, TOP + used + BOTTOM);
  const lowest = TOP + (tall - TOP - BOTTOM - used) / 2 + used - NUMBER; // centred in a tall box
  const rows = layers.map(({ name, note, overlap = null, raised = null, drop = null }, r) => {
    const y = lowest - pitch * r;
    return { layer: name, y, middle: y - (LARGEST * zoom) / 2 + 6, note, overlap, raised, drop };
  });
  return { rows, height: tall, zoom };
}

/** px kept free at the left for the rows' heads, by their longest name. */
export const headWidth = (layers: readonly { readonly name: string }[]): number =>
  Math.min(180, Math.max(96, 36 + 7.4 * Math.max(0, ...layers.map((layer) => layer.name.length))));

export interface Seat {
  readonly id: string;
  readonly side: number; // px wished
  readonly count: number; // the least important are hidden first
}

export interface Seated {
  readonly seats: readonly { readonly id: string; readonly x: number; readonly side: number }[];
  readonly hidden: readonly string[];
  readonly moreAt: number; // x of "+12"
  readonly pitch: number; // px between centres
}

export interface Bench {
  readonly left: number;
  readonly width: number;
  readonly align: Align;
  readonly open: boolean; // none is hidden, and the row may run past its bench
  readonly beside?: number; // px that every picture's tabs take
  readonly grown?: number; // times the usual room between centres, on a large screen
}

export type Align = "middle" | "left" | "right";
const COLUMN = 92; // px between centres, where there is room

/**
 * Seat a row, in order, on a bench.
 * Too many: pictures shrink together down to 22 px, then the least important go behind "+12".
 */
export function seatRow(seats: readonly Seat[], bench: Bench): Seated {
  const { kept, hidden } = keep(seats, bench);
  const places = kept.length + Number(hidden.length > 0);
  const { side, x, pitch } = grid(kept, places, bench);
  return { seats: kept.map((seat, k) => ({ id: seat.id, x: x(k), side: side(seat) })), hidden, moreAt: x(kept.length), pitch };
}

/** Rows of one stage on common columns. Where a row has too many, "+12" has the last column of all. */
export function seatStage(rows: readonly (readonly Seat[])[], bench: Bench, columnsOf: (rows: readonly (readonly string[])[], columns: number, at: (x: number) => number) => ReadonlyMap<string, number>): Seated[] {
  const isFull = rows.some((row) => keep(row, bench).hidden.length > 0);
  const taken = rows.map((row) => keep(row, bench, isFull));
  const columns = Math.max(...taken.map(({ kept }) => kept.length));
  const { side, x, pitch } = grid(taken.flatMap(({ kept }) => kept), columns + Number(isFull), bench);
  const at = columnsOf(taken.map(({ kept }) => kept.map(({ id }) => id)), columns, (place) => (place - x(0)) / pitch);
  return taken.map(({ kept, hidden }) => ({
    seats: kept.map((seat) => ({ id: seat.id, x: x(must(at.get(seat.id))), side: side(seat) })),
    hidden,
    moreAt: x(columns),
    pitch,
  }));
}

/** withMore  a place is kept free for "+12" */
function keep(seats: readonly Seat[], { width, open, beside = 0 }: Bench, withMore = false): { kept: readonly Seat[]; hidden: readonly string[] } {
  const fits = Math.max(1, Math.floor(width / (SMALLEST + GAP + beside)));
  const most = Math.max(1, fits - 1);
  if (open || seats.length <= (withMore ? most : fits)) return { kept: seats, hidden: [] };
  const kept = mostImportant(seats, most);
  const shown = new Set(kept.map((seat) => seat.id));
  return { kept, hidden: seats.filter((seat) => !shown.has(seat.id)).map((seat) => seat.id) };
}

/** Where the k-th place of a row is, and how large pictures are, so that they do not touch. */
function grid(seats: readonly Seat[], places: number, { left, width, align, beside = 0, grown = 1 }: Bench) {
  const widest = Math.max(SMALLEST, ...seats.map((seat) => seat.side));
  const pitch = Math.max(SMALLEST + GAP + beside, Math.min(COLUMN * grown, width / Math.max(1, places)));
  const shrink = Math.min(1, (pitch - GAP - beside) / widest);
  const slack = align === "left" ? 0 : align === "right" ? width - pitch * places : (width - pitch * places) / 2;
  return {
    pitch,
    x: (k: number) => left + slack + pitch * (k + 0.5),
    side: (seat: Seat) => Math.max(Math.min(SMALLEST, seat.side), seat.side * shrink),
  };
}

function mostImportant(seats: readonly Seat[], limit: number): Seat[] {
  const best = [...seats].sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1)).slice(0, limit);
  const keep = new Set(best.map((seat) => seat.id));
  return seats.filter((seat) => keep.has(seat.id));
}
