// The map of classes at one layer: draws once, and moves to another layer, zooms and answers the pointer for ever.
import { shape } from "../../dom";
import { type Bounds, boundsOf, fitOf, type Frame, frameOf, type Places, type Points, toMap, toScreen, zoomed } from "../../layout/map/frame";
import { inside, nearest, towards } from "../../layout/map/near";
import { placesOf, type Stop } from "../../layout/map/trail";
import { remember } from "../../remember";
import { drawMap, type GroupName, type Marks, type Paint, type Picture } from "./draw";
import { createCourse } from "./course";
import { type Gestures, listenTo } from "./gestures";
import { canvasStage } from "./stage";
import { svgPen } from "./svgPen";
import { CLOSEST, zooming } from "./zooming";

export interface ShownMap {
  readonly layer: string;
  readonly points: Points;
  readonly bounds: Bounds; // of all layers
  readonly paint: Paint;
  groupNames(): readonly GroupName[]; // while the points are at rest
  readonly marks: Marks;
  readonly trail: readonly Stop[];
  readonly label: string; // of the map, for screen readers
  name(index: number): string;
  shorten(layer: string): string;
}

export interface MapEvents {
  point(index: number | null): void;
  choose(index: number | null): void;
  open(index: number): void;
  pick(classes: readonly number[]): void; // lassoed
  add(index: number): void; // shift-click
  isLassoing(): boolean;
}

const MARGIN = 44; // px
const REACH = 14; // px from a point that still mean it
const NAMES = { fitting: 24, most: 160 }; // of classes: on a map that fills the stage, and on one that is zoomed
const UNIT: Bounds = { left: 0, right: 1, bottom: 0, top: 1 };

/** px, of one of so many points on a map that is zoomed by k from where it fills the stage */
const radiusOf = (count: number, k: number): number => Math.min(7, (count > 3000 ? 2 : count > 200 ? 3.2 : 4.5) * k ** 0.3);

/** gone  aborted when the room is removed */
export function mapView(host: HTMLElement, events: MapEvents, gone: AbortSignal) {
  let shown: ShownMap | null = null;
  let lasso: readonly Place[] = [];

  const stage = canvasStage(host, (pen, colours) => shown && drawMap(pen, colours, pictureOf(shown)), resized, gone, true);
  const { canvas } = stage;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  const zoom = zooming(canvas, (event) => event.type === "wheel" || !((event as MouseEvent).shiftKey || events.isLassoing()), stage.redraw);
  const course = createCourse(stage.redraw);

  const base = (): Frame => frameOf(shown?.bounds ?? UNIT, stage.size().width, stage.size().height, MARGIN);
  const frame = (): Frame => zoomed(base(), zoom.transform());

  function pictureOf(map: ShownMap): Picture {
    const [k, moment] = [zoom.transform().k / whole(map).k, course.moment()];
    const names = course.isMoving() ? { groupNames: [], order: [], most: 0 } : { groupNames: map.groupNames(), order: course.order(), most: Math.min(NAMES.most, Math.round(NAMES.fitting * k * k)) };
    return { ...map, ...stage.size(), ...names, moment, frame: frame(), radius: radiusOf(moment.classes.length, k), lasso, measure: stage.measure };
  }

  const partOf = remember((points: Points, trail: readonly Stop[]) => boundsOf([points, placesOf(trail)]));
  /** The part of the map with the points of a layer, and the whole trail of the chosen class. */
  const whole = ({ points, trail }: ShownMap) => fitOf(base(), partOf(points, trail), [stage.size().width, stage.size().height], MARGIN, CLOSEST);

  function resized(): void {
    zoom.resize(stage.size().width, stage.size().height);
    if (shown && !zoom.isMoved()) zoom.show(whole(shown), true);
  }

  /** Zooms out where some of these places would be outside; else what is seen stays as it is. */
  function follow(map: ShownMap, places: Places, isFirst: boolean): void {
    const { width, height } = stage.size();
    if (!width || zoom.isMoved()) return;
    const at = frame();
    const isOut = places.x.some((across, k) => {
      const [x, y] = toScreen(at, across, places.y[k] ?? 0);
      return x < 0 || y < 0 || x > width || y > height;
    });
    if (isFirst || isOut) zoom.show(whole(map), isFirst);
  }

  function meant([x, y]: Place): number | null {
    const at = frame();
    return shown && nearest(shown.points, ...toMap(at, x, y), REACH / at.scale);
  }

  function drawLasso(line: readonly Place[], isDone: boolean): void {
    const at = frame();
    lasso = isDone ? [] : [...line];
    if (isDone && shown) events.pick(inside(shown.points, line.map(([x, y]) => toMap(at, x, y))));
    stage.redraw();
  }

  /** Points at a class, and brings it into view. */
  function reveal(index: number): void {
    events.point(index);
    const moment = course.moment();
    const k = moment.classes.indexOf(index);
    const [x, y] = [moment.x[k] ?? 0, moment.y[k] ?? 0];
    const [left, top] = toScreen(frame(), x, y);
    const { width, height } = stage.size();
    if (k >= 0 && (left < 0 || top < 0 || left > width || top > height)) zoom.centre(...toScreen(base(), x, y));
  }

  listenTo(canvas, events.isLassoing, answers(events, { meant, reveal, drawLasso, shown: () => shown }));

  return {
    update(map: ShownMap | null): void {
      const before = shown;
      shown = map;
      host.hidden = map === null;
      if (!map) return;
      canvas.setAttribute("aria-label", map.label);
      if (before?.points !== map.points) {
        course.to(map.points);
        follow(map, map.points, before === null);
      }
      if (before?.trail !== map.trail) follow(map, placesOf(map.trail), false);
      stage.redraw();
    },
    /** What is drawn, as an SVG of its own. */
    picture(): SVGSVGElement {
      const { width, height } = stage.size();
      const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
      if (shown) drawMap(svgPen(svg), stage.colours(), pictureOf(shown));
      return svg;
    },
    fit: () => shown && zoom.show(whole(shown), false),
    zoom: zoom.by,
  };
}

type Place = readonly [number, number]; // px on the canvas

interface Chart {
  meant(at: Place): number | null;
  reveal(index: number): void;
  drawLasso(line: readonly Place[], isDone: boolean): void;
  shown(): ShownMap | null;
}

/** What gestures on the map come to. */
function answers(events: MapEvents, { meant, reveal, drawLasso, shown }: Chart): Gestures {
  const withMeant = (at: Place, act: (index: number) => void): void => {
    const index = meant(at);
    if (index !== null) act(index);
  };
  return {
    hover: (at) => events.point(at && meant(at)),
    press: (at) => events.choose(meant(at)),
    pressTwice: (at) => withMeant(at, events.open),
    add: (at) => withMeant(at, events.add),
    lasso: drawLasso,
    walk(direction) {
      const map = shown();
      if (!map) return;
      const { marks, points } = map;
      const from = [marks.pointed, marks.chosen].find((index) => index !== null && points.classes.includes(index));
      const next = from == null ? points.classes[0] : towards(points, from, direction);
      if (next != null) reveal(next);
    },
    enter() {
      const { pointed = null, chosen = null } = shown()?.marks ?? {};
      const index = pointed ?? chosen;
      if (index !== null) (index === chosen ? events.open : events.choose)(index);
    },
  };
}
