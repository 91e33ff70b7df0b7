// The points of a moment as they are drawn: in columns, the lowest first.
import type { Moment } from "./morph";

/** Points in the order in which they lie on one another, the lowest first; columns go together. */
export interface Cloud {
  readonly x: Float32Array; // units of the map
  readonly y: Float32Array;
  readonly looks: Int16Array; // from 0 on; -1: a point of no group
  readonly opacity: Float32Array; // 0: not to be seen
}

const STRONG = 0.78; // opacity of a point
const FAINT = 0.16; // of one that is not meant

/** looks  of classes, where they have one; points with a look lie on top;  meant  the others are faint; null: all are meant */
export function cloudOf(moment: Moment, looks: ReadonlyMap<number, number>, meant: ReadonlySet<number> | null): Cloud {
  const { rows, looks: sorted } = orderOf(moment.classes, looks);
  const cloud = { x: new Float32Array(rows.length), y: new Float32Array(rows.length), looks: sorted, opacity: new Float32Array(rows.length) };
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k] ?? 0;
    cloud.x[k] = moment.x[row] ?? 0;
    cloud.y[k] = moment.y[row] ?? 0;
    const isFaint = meant !== null && !meant.has(moment.classes[row] ?? -1);
    cloud.opacity[k] = (isFaint ? FAINT : STRONG) * (moment.presence[row] ?? 0);
  }
  return cloud;
}

interface Order {
  readonly from: ReadonlyMap<number, number>;
  readonly rows: Uint32Array; // of the moment, in the order of the cloud
  readonly looks: Int16Array;
}

const orders = new WeakMap<readonly number[], Order>(); // of classes, which stay the same while their points move

function orderOf(classes: readonly number[], from: ReadonlyMap<number, number>): Order {
  const known = orders.get(classes);
  if (known?.from === from) return known;
  const looks = Int16Array.from(classes, (index) => from.get(index) ?? -1);
  const rows = new Uint32Array(classes.length);
  let count = 0;
  for (const isGrouped of [false, true]) for (let row = 0; row < classes.length; row++) if ((looks[row] ?? -1) >= 0 === isGrouped) rows[count++] = row;
  const made = { from, rows, looks: Int16Array.from(rows, (row) => looks[row] ?? -1) };
  orders.set(classes, made);
  return made;
}
