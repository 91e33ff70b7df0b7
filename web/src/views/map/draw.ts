// One picture of a map, in the order in which things lie on one another: points, marks, trail, names.
import { type Frame, toScreen } from "../../layout/map/frame";
import { type Wanted, placeLabels } from "../../layout/map/labels";
import type { Moment } from "../../layout/map/morph";
import { lookOf } from "../../layout/map/paint";
import { bow, type Stop } from "../../layout/map/trail";
import type { Colours } from "./colours";
import type { Dot, Pen } from "./pen";

export interface GroupName {
  readonly name: string;
  readonly look: number;
  readonly at: readonly [number, number]; // units of the map
}

/** What points look like: by group or by accuracy, as the place of a look; absent: neither is known. */
export interface Paint {
  readonly kind: "groups" | "accuracy";
  readonly looks: ReadonlyMap<number, number>;
}

export interface Marks {
  readonly chosen: number | null;
  readonly pointed: number | null;
  readonly seen: ReadonlySet<number>; // in the list beside the map
  readonly users: ReadonlySet<number> | null; // of the pinned channel
  readonly picked: ReadonlySet<number>; // by lasso and shift-click
}

export interface Picture {
  readonly moment: Moment;
  readonly frame: Frame;
  readonly width: number;
  readonly height: number;
  readonly radius: number; // px, of a point
  readonly paint: Paint;
  readonly marks: Marks;
  readonly trail: readonly Stop[];
  readonly layer: string;
  readonly groupNames: readonly GroupName[];
  readonly order: readonly number[]; // rows of the moment, in which their names are tried
  readonly most: number; // names of classes that may be written
  readonly lasso: readonly (readonly [number, number])[]; // px
  name(index: number): string;
  shorten(layer: string): string;
  measure(text: string, weight: number): number; // px
}

const FAINT = 0.16; // opacity of points that are not meant

export function drawMap(pen: Pen, colours: Colours, picture: Picture): void {
  drawPoints(pen, colours, picture);
  drawMarks(pen, colours, picture);
  drawTrail(pen, colours, picture);
  if (picture.lasso.length > 1) pen.area(picture.lasso, colours["accent-light"]);
  drawNames(pen, colours, picture);
}

function drawPoints(pen: Pen, colours: Colours, picture: Picture): void {
  const { moment, frame, width, height, radius, paint, marks } = picture;
  const { classes, x, y, presence } = moment;
  const looks = looksOf(paint, classes);
  const dots = dotsOf(colours, paint.kind, radius);
  const rest: Dot = { colour: colours.rest, shape: "disc", radius };
  const meant = marks.users ?? (marks.picked.size ? marks.picked : null);
  for (const isGrouped of [false, true]) // those of a group lie on top
    for (let k = 0; k < classes.length; k++) {
      const look = looks[k] ?? -1;
      if (look >= 0 !== isGrouped) continue;
      const [px, py] = toScreen(frame, x[k] ?? 0, y[k] ?? 0);
      if (px < -radius || py < -radius || px > width + radius || py > height + radius) continue;
      const opacity = meant && !meant.has(classes[k] ?? -1) ? FAINT : 0.78;
      pen.dot(px, py, look < 0 ? rest : dots(look), opacity * (presence[k] ?? 0));
    }
  pen.done();
}

const lastLooks = new WeakMap<readonly number[], { readonly paint: Paint; readonly looks: Int16Array }>();

/** The look of each row, -1 where it has none. */
function looksOf(paint: Paint, classes: readonly number[]): Int16Array {
  const last = lastLooks.get(classes);
  if (last?.paint === paint) return last.looks;
  const looks = Int16Array.from(classes, (index) => paint.looks.get(index) ?? -1);
  lastLooks.set(classes, { paint, looks });
  return looks;
}

function dotsOf(colours: Colours, kind: Paint["kind"], radius: number): (look: number) => Dot {
  const known = new Map<number, Dot>();
  return (look) => {
    const { tone, shape } = lookOf(look);
    const colour = kind === "groups" ? colours.tones[tone - 1] : colours.steps[look];
    const dot = known.get(look) ?? { colour: colour ?? colours.rest, shape: kind === "groups" ? shape : "disc", radius };
    known.set(look, dot);
    return dot;
  };
}

function drawMarks(pen: Pen, colours: Colours, { moment, frame, radius, marks }: Picture): void {
  moment.classes.forEach((index, k) => {
    const isSeen = marks.seen.has(index);
    if (!isSeen && index !== marks.pointed && index !== marks.chosen) return;
    if ((moment.presence[k] ?? 0) < 0.5) return;
    const [x, y] = toScreen(frame, moment.x[k] ?? 0, moment.y[k] ?? 0);
    if (isSeen) pen.ring(x, y, radius + 1.5, colours["accent-light"], 1, null);
    if (index === marks.chosen) pen.ring(x, y, radius + 2.5, colours.ground, 1.5, colours.accent);
    if (index === marks.pointed) pen.ring(x, y, radius + 4, colours.accent, 1.5, null);
  });
}

function drawTrail(pen: Pen, colours: Colours, picture: Picture): void {
  const { trail, frame, layer, shorten, measure } = picture;
  const places = trail.map(({ x, y }) => toScreen(frame, x, y));
  places.slice(1).forEach((to, k) => pen.curve(bow(places[k] ?? to, to), colours.accent, 1.5, 0.3 + (0.6 * (k + 1)) / trail.length));
  const stops: Wanted[] = trail.map((stop, k) => {
    const [x, y] = places[k] ?? [0, 0];
    if (stop.layer !== layer) pen.ring(x, y, 3.5, colours.accent, 1.5, colours.ground);
    return { id: k, text: shorten(stop.layer), x, y, width: measure(shorten(stop.layer), 450) * (11 / 13), height: 12, gap: 7 };
  });
  for (const { text, left, top, height } of placeLabels(stops.filter(({ id }) => trail[id]?.layer !== layer), picture, stops.length))
    pen.word({ text, left, middle: top + height / 2, colour: colours.accent, ground: colours.ground, size: 11, weight: 450, opacity: 1 });
}

function drawNames(pen: Pen, colours: Colours, picture: Picture): void {
  const { marks, groupNames } = picture;
  const isFirst = (index: number) => index === marks.chosen || index === marks.pointed;
  const rows = [marks.chosen, marks.pointed].map((index) => (index === null ? -1 : picture.moment.classes.indexOf(index)));
  const first = [...wantedOf(picture, new Set(rows.filter((k) => k >= 0)), 650)];
  const groups = groupNames.map(({ name, at }, k): Wanted => {
    const [x, y] = toScreen(picture.frame, ...at);
    return { id: -1 - k, text: name, x, y, width: picture.measure(name, 650), height: 15, gap: 0 };
  });
  function* wanted(): Iterable<Wanted> {
    yield* first;
    yield* groups;
    yield* wantedOf(picture, picture.order, 450);
  }
  for (const { id, text, left, top, height } of placeLabels(wanted(), picture, first.length + groups.length + picture.most)) {
    const group = id < 0 ? groupNames[-1 - id] : undefined;
    const colour = group ? colours.tones[lookOf(group.look).tone - 1] : isFirst(id) ? colours.accent : colours.second;
    const weight = group || isFirst(id) ? 650 : 450;
    pen.word({ text, left, middle: top + height / 2, colour: colour ?? colours.text, ground: colours.ground, size: isFirst(id) || group ? 13 : 11.5, weight, opacity: 1 });
  }
}

function* wantedOf({ moment, frame, width, height, radius, name, measure }: Picture, rows: Iterable<number>, weight: number): Iterable<Wanted> {
  for (const k of rows) {
    if ((moment.presence[k] ?? 0) < 0.5) continue;
    const [x, y] = toScreen(frame, moment.x[k] ?? 0, moment.y[k] ?? 0);
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const [id, text] = [moment.classes[k] ?? 0, name(moment.classes[k] ?? 0)];
    yield { id, text, x, y, width: measure(text, weight), height: 15, gap: radius + 4 };
  }
}
