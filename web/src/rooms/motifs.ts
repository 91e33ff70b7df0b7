// Motifs: the sets of edges that many classes of a group share, ranked, as small pictures.
import type { MotifsQuestion } from "../api";
import type { MakeRoom } from "../context";
import { STORED } from "../cut";
import { h, latest, mark } from "../dom";
import { number, plural } from "../format";
import { layoutMotif } from "../layout/motif";
import { idToPin } from "../layout/relate";
import { findEverything } from "../search";
import { SHAPES, type Shape, type State } from "../state";
import type { ClassGroup, Motif, MotifPage } from "../types";
import { label } from "../views/detail";
import { motifCard } from "../views/motif";
import { picker } from "../views/picker";
import { sliderView } from "../views/slider";
import { statusView } from "../views/status";

const PAGE = 20;
const ALL = "all"; // motifs of all classes, in place of a group
const OTHERS = "others"; // contrast with all classes outside the group
const SUGGESTED = { least: 4, most: 24, count: 36 }; // sizes of the groups that are offered to begin with

const ABOUT: Readonly<Record<Shape, readonly [string, string]>> = {
  CLOSED: ["Closed", "every connected set of edges that cannot grow and keep its classes"],
  MAXIMAL: ["Maximal", "closed ones that no other frequent one contains"],
  EDGE: ["Edge", "single edges"],
  CHAIN: ["Chain", "one channel a layer"],
  FAN_IN: ["Fan-in", "two channels that lead to one"],
  FAN_OUT: ["Fan-out", "one channel that leads to two"],
  DIAMOND: ["Diamond", "two ways to a channel two layers up"],
  BI_FAN: ["Bi-fan", "two channels that lead to the same two"],
};

export const motifsRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const form = h("aside", { class: "left form", "aria-label": "What to look for" });
  const title = h("div", { class: "title" });
  const list = h("div", { class: "motifs" });
  const scroll = h("div", { class: "scroll" }, list);
  const stage = h("div", { class: "stage column" }, scroll);
  host.append(form, h("section", { class: "middle" }, h("div", { class: "bar" }, title), stage));
  const status = statusView(stage);
  const answer = latest();

  let groups: readonly ClassGroup[] = [];
  let hasGroups = true; // until the service says otherwise
  let names = new Map<number, string>();
  let shown: MotifPage | null = null;
  let nodes: readonly Motif[] = [];
  let members: readonly number[] = [];
  let against: { name: string; classes: number } | null = null; // the other group
  let wanted: string | null = null;

  const shapes = h("div", { class: "shapes", role: "radiogroup", "aria-label": "Shape" });
  const least = h("div", {});
  const slider = sliderView(least, {
    label: "",
    about: "The least share of the group's classes that have a motif",
    least: 5,
    word: (value) => `${value} % of classes`,
    slide: () => undefined,
    settle: (value) => store.set({ support: value / 100 }, "replace"),
  });

  const nameOf = (wnid: string) => (wnid === ALL ? "all classes" : groups.find((group) => group.wnid === wnid)?.name ?? wnid);
  const groupPicker = (choose: (wnid: string) => void) =>
    picker("", { label: "Choose a group", find: (part) => findEverything(api, model, part, { group: choose }) });
  const ofPicker = groupPicker((wnid) => store.set({ of: wnid }));
  const againstPicker = groupPicker((wnid) => store.set({ against: wnid }));
  const everything = h("button", { class: "button", onclick: () => store.set({ of: ALL, against: null }) }, "all classes");
  const others = h("button", { class: "quiet", onclick: () => store.set({ against: OTHERS }) }, "all others");
  const nothing = h("button", { class: "quiet", onclick: () => store.set({ against: null }) }, "nothing");
  const contrast = h("div", { class: "pair" }, againstPicker.element, others, nothing);
  const whose = h("div", { class: "pair" }, ofPicker.element, everything);
  const versus = h("div", {}, label("Against"), contrast);
  form.append(label("Motifs of"), whose, versus, label("Shape"), shapes, label("In at least"), least);

  function drawForm(state: State): void {
    mark(everything, "aria-pressed", String(state.of === ALL));
    ofPicker.element.hidden = !hasGroups;
    versus.hidden = !hasGroups || state.of === ALL;
    ofPicker.say(state.of && state.of !== ALL ? nameOf(state.of) : "Choose a group");
    againstPicker.say(state.against === OTHERS ? "all other classes" : state.against ? nameOf(state.against) : "nothing");
    others.hidden = state.against === OTHERS;
    nothing.hidden = state.against === null;
    shapes.replaceChildren(
      ...SHAPES.map((shape) => {
        const [word, about] = ABOUT[shape];
        const button = h("button", { class: "shape", role: "radio", title: about, onclick: () => store.set({ shape }) });
        button.append(h("b", {}, word), h("span", { class: "second" }, about));
        mark(button, "aria-checked", String(shape === state.shape));
        return button;
      }),
    );
    slider.update(Math.round(state.support * 100), 100);
  }

  function load(state: State): void {
    const { of: group, against: other, shape, support } = state;
    const key = JSON.stringify([group, other, shape, support]);
    if (key === wanted) return;
    wanted = key;
    if (group === null) return begin();
    context.name(`Motifs of ${nameOf(group)}`);
    status.loading();
    answer(ask(state, null), (found) => arrived(found), (error) => {
      [shown, nodes] = [null, []];
      draw();
      status.failed(error, () => ((wanted = null), load(store.get())), links.to({ of: null }, { class: "button" }, "Choose another group"));
    });
  }

  async function ask(state: State, after: string | null): Promise<MotifPage> {
    const listed = { model: model.id, orderBy: "INDEX", first: model.classCount } as const;
    const group = state.of === ALL ? null : state.of;
    const [all, own] = await Promise.all([api.classes(listed), api.classes({ ...listed, group })]);
    names = new Map(all.nodes.map((item) => [item.index, item.name]));
    members = own.nodes.map((item) => item.index);
    const outside = all.nodes.map((item) => item.index).filter((index) => !members.includes(index));
    against = state.against === null || group === null ? null : state.against === OTHERS ? { name: "all others", classes: outside.length } : other(state.against);
    const second = against === null ? null : state.against === OTHERS ? { classes: outside } : { group: state.against! };
    const question: MotifsQuestion = { model: model.id, group, shape: state.shape, minSupport: state.support, first: PAGE, after };
    return api.motifs(second ? { ...question, against: second } : question);
  }

  const other = (wnid: string) => ({ name: nameOf(wnid), classes: groups.find((group) => group.wnid === wnid)?.classCount ?? 0 });

  function begin(): void {
    [shown, nodes] = [null, []];
    draw();
    context.name("Motifs");
    const fitting = groups.filter(({ classCount }) => classCount >= SUGGESTED.least && classCount <= SUGGESTED.most);
    const byName = [...fitting].sort((a, b) => a.name.localeCompare(b.name));
    const step = Math.max(1, byName.length / SUGGESTED.count); // from all over the alphabet
    const some = byName.filter((_, k) => Math.floor(k / step) !== Math.floor((k - 1) / step));
    const chips = some.map((group) => links.to({ of: group.wnid }, { class: "chip" }, `${group.name} ${group.classCount}`));
    const all = links.to({ of: ALL, against: null }, { class: "chip" }, `all classes ${model.classCount}`);
    if (hasGroups) status.empty("Choose a group of classes: what do their graphs have in common?", ...chips);
    else status.empty("The classes of this model are in no groups. What do the graphs of all have in common?", all);
  }

  function arrived(found: MotifPage): void {
    [shown, nodes] = [found, found.nodes];
    status.clear();
    scroll.scrollTop = 0;
    draw();
    if (!nodes.length) status.empty("No motif of this shape is in so many classes. Lower the share, or choose another shape.");
  }

  async function more(): Promise<void> {
    status.loading();
    try {
      const next = await ask(store.get(), shown?.pageInfo.endCursor ?? null);
      [shown, nodes] = [next, [...nodes, ...next.nodes]];
      status.clear();
      draw();
    } catch (error) {
      status.failed(error as Error, () => void more());
    }
  }

  function draw(): void {
    const { of: group } = store.get();
    title.replaceChildren();
    list.replaceChildren();
    if (!shown || group === null) return;
    const facts = [`${number(nodes.length)} of ${plural(shown.totalCount, "motif")}`, plural(shown.classCount, "class", "classes")];
    title.append(h("h1", {}, nameOf(group)), h("p", { class: "second" }, facts.join(" · ")));
    if (!shown.complete) list.append(h("p", { class: "warning", role: "status" }, shown.note ?? "The search was ended before it was complete."));
    list.append(...nodes.map(drawCard));
    if (shown.pageInfo.hasNextPage) list.append(h("button", { class: "button", onclick: () => void more() }, "More motifs"));
  }

  function drawCard(motif: Motif, k: number): HTMLElement {
    const edges = motif.edges.map((edge) => idToPin(model.id, `${edge.source}>${edge.target}`));
    return motifCard({
      motif,
      scene: layoutMotif(model.layers, motif.channels, motif.edges),
      rank: k + 1,
      group: { name: nameOf(store.get().of!), classes: shown!.classCount },
      against,
      channel: (channel) => links.href({ room: "channel", channel }),
      lay: (index) => {
        const word = names.get(index) ?? `class ${index}`;
        return links.to({ room: "explore", class: index, motif: edges, pin: null, min: 0, ...STORED }, { class: "chip", title: `Lay it over ${word}` }, word);
      },
    });
  }

  void api.groups(model.id).then((found) => {
    groups = found;
    hasGroups = found.length > 0;
    const state = store.get();
    if (state.room !== "motifs") return;
    drawForm(state);
    if (state.of === null) begin();
    else draw();
  }, () => undefined); // the groups' own names stand in

  return {
    update(state: State): void {
      drawForm(state);
      load(state);
    },
  };
};

