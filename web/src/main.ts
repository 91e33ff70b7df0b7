// Starts the page: asks for the models, then keeps header and room in step with the state.
import "@fontsource-variable/inter";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/rooms.css";
import "./styles/graph.css";
import "./styles/map.css";
import "./styles/pages.css";
import "./styles/pictures.css";
import "./styles/narrow.css";
import "./styles/print.css";
import { faultsOf } from "./address";
import { createApi } from "./api";
import type { MakeRoom, Room } from "./context";
import { cutOf } from "./cut";
import { h, nextFrame } from "./dom";
import { snapshot } from "./export";
import { createLinks, followLinks } from "./links";
import { replaceBroken } from "./pictures/missing";
import { isFirstVisit } from "./firstVisit";
import { exploreRoom } from "./rooms/explore";
import { lazyRoom } from "./rooms/lazy";
import { createIdle } from "./idle";
import { hasChannel } from "./ids";
import { createNames } from "./names";
import { serviceRoom } from "./rooms/service";
import { roomFocus } from "./roomFocus";
import { findEverything } from "./search";
import { siteAt } from "./site/facts";
import { lazySource } from "./site/lazy";
import { storageOf } from "./storage";
import { startTheme } from "./theme";
import { keepToken, takeToken } from "./token";
import { type Change, createStore, print, type Room as RoomName, START, type State } from "./state";
import type { Model } from "./types";
import { bannerView } from "./views/banner";
import { headerView, roomTarget } from "./views/header";
import { helpView } from "./views/help";
import { layersOf } from "./views/layers";
import { openViews } from "./views/notes";
import { statusView } from "./views/status";
import { startTour } from "./views/tour";
import { toggleTable } from "./views/twin";
import { workView } from "./views/work";
import { shortcuts } from "./shortcuts";
import { createUndo } from "./undo";
import { must } from "./must";

const site = siteAt(document); // of a published copy, which has no service
// Explore is what most people open; the code of the others is loaded when they are entered, or soon after the page is there.
const OTHERS: Readonly<Record<Exclude<RoomName, "explore">, () => Promise<MakeRoom>>> = {
  map: async () => (await import("./rooms/map")).mapRoom,
  compare: async () => (await import("./rooms/compare")).compareRoom,
  channel: async () => (await import("./rooms/channel")).channelRoom,
  motifs: async () => (site ? serviceRoom("Motifs", "A search for motifs needs") : (await import("./rooms/motifs")).motifsRoom),
  query: async () => (site ? serviceRoom("Query", "A query needs") : (await import("./rooms/query/room")).queryRoom),
};
const makerOf = (room: RoomName): MakeRoom => (room === "explore" ? exploreRoom : lazyRoom(OTHERS[room]));
let isNew = isFirstVisit(location.search, storageOf(() => localStorage));
const SOON = 3_000; // ms; pictures come first
const SMALL = 320; // px, the width of a saved view's picture; what is not even as high is no drawing of a room

startTheme();
const main = h("main", {});
const banner = bannerView(main, ["away", "room", "address", "layer", "idle"]);
const api = createApi("graphql", (...args) => fetch(...args), { token: takeToken(window), keep: (token) => keepToken(storageOf(() => sessionStorage), token), away, source: site === null ? undefined : lazySource(site.facts) });
sayFaults();
window.addEventListener("popstate", sayFaults);
window.addEventListener("online", () => api.hurry());
const store = createStore(window);
const links = createLinks(store);
followLinks(document, store);
replaceBroken(document);
const threshold = h("header", {}, h("h1", { class: "brand" }, links.to({}, {}, "Summit Graph"))); // until the models are known
main.append(threshold);
const status = statusView(main);
main.prepend(h("button", { class: "button skip", onclick: skip }, "Skip to the content"));
document.body.append(main);
ahead(store.get());
start();
if (site === null) workView(document.body, "events");

/** What is shown stays; whatever was asked meanwhile is answered when the service is back. */
function away(isAway: boolean): void {
  const again = h("button", { class: "button small", onclick: () => api.hurry() }, "Try now");
  if (isAway) banner.say("away", `${site === null ? "The service" : "The server of this page"} does not answer. Trying again…`, again);
  else {
    banner.clear("away");
    dispatchEvent(new Event("online")); // also where it was the service that was away
  }
}

/** Past the header and the list of classes, to the heading of what is shown. */
function skip(): void {
  const heading = document.querySelector<HTMLElement>(".room:not([hidden]) h1");
  if (!heading) return;
  heading.tabIndex += 0; // one that has none is focusable now
  heading.focus();
}

/** Before the state is written into the address, which then has no faults any more. */
function sayFaults(): void {
  const faults = faultsOf(location.search);
  if (faults.length) banner.mention("address", faults.join(" "));
  else banner.clear("address");
  banner.clear("layer");
}

/** Asks for what the address names while the models are still on their way; the answer is kept for the room. */
function ahead(state: State): void {
  const { room, model, class: index, classes, layer, score } = state;
  if (model === null) return;
  const asked = room === "compare" ? classes.length > 1 && api.compare(model, classes, score) : index !== null && api.view({ model, index, cut: cutOf(state), layer, score });
  if (asked) asked.catch(() => undefined); // the room asks again and says what is wrong
}

function start(): void {
  status.loading("Opening the graphs…");
  api.models().then(opened, (error: Error) => status.failed(error, start));
}

function opened(models: readonly Model[]): void {
  status.clear();
  const wanted = store.get().model;
  const [first] = models;
  const model = wanted === null ? first : models.find((item) => item.id === wanted);
  if (!first) return status.empty("The database holds no model yet. Load one with `summit load` or `summit import-summit`.");
  if (!model) {
    const other = links.to({ model: null }, { class: "button" }, `Open ${first.id}`);
    other.addEventListener("click", () => setTimeout(() => location.reload()));
    return status.failed(new Error(`There is no model “${wanted}”. There is: ${models.map((item) => item.id).join(", ")}.`), start, other);
  }
  if (wanted === null) store.set({ model: model.id }, "replace"); // the first may be another one day
  run(models, model);
}

function run(models: readonly Model[], opened: Model): void {
  let model = opened;
  let images: number | null = null; // counted
  let imagesAsked = false;
  const rooms = new Map<RoomName, { host: HTMLElement; room: Room; leave: AbortController }>();
  const titles = new Map<RoomName, string>();
  const names = createNames(api, model.id, storageOf(() => localStorage), (name) => hasChannel(model, name));
  addEventListener("storage", names.reread);
  const changeFocus = roomFocus();
  const undo = createUndo(store);
  const showHelp = helpView(document.body, (ready) => startTour(document.body, ready));
  const find = (text: string) =>
    findEverything(api, model, text, {
      class: (index) => go({ room: "explore", class: index, pin: null }),
      channel: (channel) => go({ room: "channel", channel, pin: null }),
      group: (group) => go({ room: "explore", group }),
    }, names);
  /** Where nothing had the focus, the room gets it. */
  const go = (change: Change) => {
    store.set(change);
    if (document.activeElement === document.body) rooms.get(store.get().room)?.host.focus();
  };
  const choose = (id: string) => {
    const { room } = store.get();
    location.assign(print({ ...START, room: room === "channel" ? "explore" : room, model: id })); // classes and channels are the model's own
  };
  /** The layers of the room's drawing, where it has one. */
  function drawing(): readonly SVGSVGElement[] | null {
    const svg = [...document.querySelectorAll<SVGSVGElement>(".stage svg")].find((one) => one.getBoundingClientRect().height > SMALL);
    return svg ? layersOf(svg) : null;
  }
  function showViews(): void {
    const picture = async () => {
      const layers = drawing();
      return layers && snapshot(layers, SMALL);
    };
    openViews(names, links, { title: titles.get(store.get().room) ?? "", address: print(store.get()), picture });
  }
  threshold.remove();
  const header = headerView(main, { links, models, find, choose, help: showHelp, views: showViews, undo, site });

  /** Rooms are made when they are first entered, and kept. */
  function enter(wanted: RoomName): Room {
    const known = rooms.get(wanted);
    if (known) return known.room;
    const host = h("div", { class: `room room-${wanted}`, tabindex: "-1", hidden: true });
    main.append(host);
    const name = (title: string) => {
      titles.set(wanted, title);
      entitle();
      countImages();
    };
    const leave = new AbortController();
    const room = makerOf(wanted)(host, { api, store, links, model, isSite: site !== null, banner, names, name, idle: createIdle(banner, store, wanted), changed: () => changed(wanted), gone: leave.signal });
    rooms.set(wanted, { host, room, leave });
    return room;
  }

  /** The room that changed something is up to date; the others are made again, and counts over the model are asked again. */
  function changed(by: RoomName): void {
    for (const [name, { host, leave }] of rooms) {
      if (name === by) continue;
      leave.abort();
      host.remove();
      rooms.delete(name);
    }
    const renew = (found: readonly Model[]) => {
      model = found.find((item) => item.id === model.id) ?? model;
      header.update(store.get(), model, images);
      imagesAsked = false;
      countImages();
    };
    api.models().then(renew, () => undefined);
  }

  /** Asked when a room has something to show, which comes first. */
  function countImages(): void {
    if (imagesAsked) return;
    imagesAsked = true;
    void names.ask();
    if (isNew) startTour(document.body).catch(() => undefined); // the help has it, and says why not
    isNew = false;
    setTimeout(loadOthers, SOON);
    const keep = (count: number | null) => {
      images = count;
      header.update(store.get(), model, images);
    };
    api.imagesCounted(model.id).then(keep, () => undefined);
  }

  /** A room can then be entered at once, and while the service is away. */
  function loadOthers(): void {
    for (const load of Object.values(OTHERS)) load().catch(() => undefined); // asked again by who enters it
  }

  const entitle = nextFrame(() => {
    const title = titles.get(store.get().room);
    const text = title ? `${title} · Summit Graph` : "Summit Graph";
    if (document.title !== text) document.title = text;
  });

  function show(state: State): void {
    if (state.model !== null && state.model !== model.id) return location.reload();
    const former = [...rooms.values()].find(({ host }) => !host.hidden)?.host ?? null;
    const room = enter(state.room);
    const { host } = must(rooms.get(state.room));
    const refocus = changeFocus(former, host);
    if (former !== host) banner.clear("idle");
    banner.clear("room"); // it says it again where it still holds
    for (const [other, { host }] of rooms) host.hidden = other !== state.room;
    refocus();
    header.update(state, model, images);
    room.update(state);
    entitle();
  }

  store.subscribe(show);
  show(store.get());
  shortcuts(document, {
    search: header.focusSearch,
    help: showHelp,
    fit: () => enter(store.get().room).fit?.(),
    zoom: (factor) => enter(store.get().room).zoom?.(factor),
    trace: () => enter(store.get().room).trace?.(),
    table: () => toggleTable(store),
    release: () => enter(store.get().room).release?.(),
    undo: undo.undo,
    redo: undo.redo,
    full: header.full,
    go: (room) => go(roomTarget(room, store.get())),
  });
}
