// One picture of a map, in the order in which things lie on one another: points, marks, trail, names.
import { type Cloud, cloudOf } from "../../layout/map/cloud";
import { type Frame, toScreen } from "../../layout/map/frame";
import { type Wanted, placeLabels } from "../../layout/map/labels";
import type { Moment } from "../../layout/map/morph";
import { lookOf, SHAPES, TONES } from "../../layout/map/paint";
import { bow, type Stop } from "../../layout/map/trail";
import { remember } from "../../remember";
import type { Colours } from "./colours";
import type { Dot, Look, Pen } from "./pen";

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

export function drawMap(pen: Pen, colours: Colours, picture: Picture): void {
  drawPoints(pen, colours, picture);
  drawMarks(pen, colours, picture);
  drawTrail(pen, colours, picture);
  if (picture.lasso.length > 1) pen.area(picture.lasso, colours["accent-light"]);
  drawNames(pen, colours, picture);
}

function drawPoints(pen: Pen, colours: Colours, picture: Picture): void {
  pen.points(cloudAt(picture), picture.frame, picture.radius, lookIn(colours, picture.paint.kind));
}

const clouds = new WeakMap<Moment, { readonly paint: Paint; readonly meant: ReadonlySet<number> | null; readonly cloud: Cloud }>();

/** The same as long as points, colours and those that are meant are the same. */
function cloudAt({ moment, paint, marks }: Picture): Cloud {
  const meant = marks.users ?? (marks.picked.size ? marks.picked : null);
  const known = clouds.get(moment);
  if (known?.paint === paint && known.meant === meant) return known.cloud;
  const cloud = cloudOf(moment, paint.looks, meant);
  clouds.set(moment, { paint, meant, cloud });
  return cloud;
}

const lookIn = remember((colours: Colours, kind: Paint["kind"]): Look => {
  const rest: Dot = { colour: colours.rest, shape: "disc" };
  if (kind === "accuracy") return { dots: colours.steps.map((colour) => ({ colour, shape: "disc" })), rest };
  const dots = Array.from({ length: TONES * SHAPES.length }, (_, k): Dot => {
    const { tone, shape } = lookOf(k);
    return { colour: colours.tones[tone - 1] ?? colours.rest, shape };
  });
  return { dots, rest };
});

function drawMarks(pen: Pen, colours: Colours, { moment, frame, radius, marks }: Picture): void {
  const rows = rowsOf(moment.classes);
  const draw = (index: number | null, grown: number, colour: string, line: number, fill: string | null) => {
    const row = index === null ? undefined : rows.get(index);
    if (row === undefined || (moment.presence[row] ?? 0) < 0.5) return;
    pen.ring(...toScreen(frame, moment.x[row] ?? 0, moment.y[row] ?? 0), radius + grown, colour, line, fill);
  };
  for (const index of marks.seen) draw(index, 1.5, colours["accent-light"], 1, null);
  draw(marks.chosen, 2.5, colours.ground, 1.5, colours.accent);
  draw(marks.pointed, 4, colours.accent, 1.5, null);
}

const knownRows = new WeakMap<readonly number[], ReadonlyMap<number, number>>();

/** The row of each class. */
function rowsOf(classes: readonly number[]): ReadonlyMap<number, number> {
  const rows = knownRows.get(classes) ?? new Map(classes.map((index, row) => [index, row]));
  knownRows.set(classes, rows);
  return rows;
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
  const rows = rowsOf(picture.moment.classes);
  const first = [...wantedOf(picture, new Set([marks.chosen, marks.pointed].flatMap((index) => rows.get(index ?? -1) ?? [])), 650)];
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
