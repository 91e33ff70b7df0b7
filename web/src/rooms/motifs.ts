// Motifs: the sets of edges that many of some classes share, ranked, as small pictures.
import { hasCode, MOST, type MotifsQuestion } from "../api";
import { ALL, candidates, keyOf, listOf, nameOf, OTHERS, rivalsOf, titleOf } from "../chosen";
import type { MakeRoom } from "../context";
import { STORED } from "../cut";
import { h, latest, mark } from "../dom";
import { provenance, saveJson } from "../export";
import { number, plural } from "../format";
import { idsOf } from "../ids";
import { layoutMotif } from "../layout/motif";
import { idToPin, pinToId } from "../layout/relate";
import { edgeId } from "../layout/scene";
import { isMined, START, type State } from "../state";
import { type MotifsOf, motifTwins } from "../tables/motifs";
import { telling } from "../tables/twin";
import type { ClassGroup, Motif, MotifPage } from "../types";
import { menu } from "../views/menu";
import { motifCard } from "../views/motif";
import { failedWords, statusView } from "../views/status";
import { tableSwitch, twinView } from "../views/twin";
import { warning } from "../views/warning";
import { type Asked as FileAsked, fileMenu } from "./fileExport";
import { motifForm } from "./motifForm";
import { must } from "../must";

const PAGE = 20;
const SUGGESTED = { least: 4, most: 24, count: 36 }; // sizes of the groups that are offered to begin with

/** What was asked, with the classes it comes to; a search that ended early is gone on with in parts. */
interface Asked {
  readonly question: MotifsQuestion;
  readonly of: string;
  readonly here: readonly number[];
  readonly against: { readonly choice: string; readonly classes: readonly number[] } | null;
  readonly part: number; // 1: from the beginning
}

/** What is asked for after so many motifs; null: nothing. A search that ran out of time finds others each time: its pages would not go together. */
export function nextPart({ complete, pageInfo }: Pick<MotifPage, "complete" | "pageInfo">, count: number): { after: string | null } | { first: number } | null {
  if (!pageInfo.hasNextPage || (!complete && count >= MOST)) return null;
  return complete ? { after: pageInfo.endCursor } : { first: Math.min(MOST, count + PAGE) };
}

/** classCount  of those that were asked for, how many have a graph */
export const whyNone = (classCount: number): string =>
  classCount < 2 ? "A motif is what the graphs of two classes or more have in common. Add a class that has one." : "No motif of this shape is in so many classes. Lower the share, or choose another shape.";

export const motifsRoom: MakeRoom = (host, context) => {
  const { api, store, links, model } = context;
  const side = h("aside", { class: "left form", "aria-label": "What to look for" });
  const title = h("div", { class: "title" });
  const tools = h("div", { class: "tools" });
  const list = h("div", { class: "motifs" });
  const scroll = h("div", { class: "scroll" }, list);
  const stage = h("div", { class: "stage column" }, scroll);
  host.append(side, h("section", { class: "middle" }, h("div", { class: "bar" }, title, tools), stage));
  const status = statusView(stage);
  const answer = latest();

  let groups: readonly ClassGroup[] = [];
  let hasGroups = true; // until the service says otherwise
  let names = new Map<number, string>();
  let asked: Asked | null = null;
  let shown: MotifPage | null = null;
  let nodes: readonly Motif[] = [];
  let wanted: string | null = null;
  let isLooking = false; // a search is under way, and its answer is to come next
  let fault: readonly (Node | string)[] = []; // why a search did not go on

  const className = (index: number): string => names.get(index) ?? `class ${index}`;
  const form = motifForm(side, context, className);
  const called = (choice: string): string => nameOf(choice, groups, className);
  const saveData = () => asked && saveJson({ ...provenance(context), ...asked, totalCount: shown?.totalCount, complete: shown?.complete, note: shown?.note, motifs: nodes }, `motifs of ${called(asked.of)}.json`);
  const unsaved = (error: Error, retry: () => void) => status.failed(error, () => (status.clear(), draw(), retry()));
  const tables = tableSwitch(store);
  const updateTwin = twinView(stage, links, telling(idsOf(model), context.names.own));
  tools.append(tables.element, menu("Export", { "Data (JSON)": saveData, ...fileMenu(context, fileAsked, unsaved) }));
  tools.hidden = true; // until there are motifs
  context.names.listen((isOwn) => isOwn && (form.update(store.get()), draw()), context.gone);

  /** What the service writes a file of: the motifs that are shown, looked for again. */
  function fileAsked(): FileAsked | null {
    if (!asked) return null;
    const { group, against, shape, minSupport, length, channel, seconds, cursor } = asked.question;
    const rivals = against ? { against: against.group ?? must(against.classes).join(",") } : {};
    const further = { ...(channel ? { channel } : {}), ...(cursor ? { cursor } : {}) };
    return { motifs: group ?? asked.here.join(","), ...rivals, ...further, shape, min_support: minSupport, length, seconds, first: nodes.length };
  }

  /** What is shown meanwhile is of the search before. */
  function look(yes: boolean): void {
    isLooking = yes;
    for (const part of [title, list]) mark(part, "aria-busy", yes ? "true" : null);
  }

  function load(state: State): void {
    const { of, against, around, shape, length, support, seconds } = state;
    const key = JSON.stringify([of, against, around, shape, length, support, seconds]);
    if (key === wanted) return;
    wanted = key;
    if (of === null) return begin();
    context.name(`Motifs of ${called(of)}`);
    find(ask(state, of), () => ((wanted = null), load(store.get())));
  }

  /** Looks for motifs from the start, or where a search that ended early goes on: then what was found before stays until there is more. */
  function find(question: Promise<Asked>, retry: (error: Error) => void, isFurther = false): void {
    look(true);
    fault = [];
    status.loading(`Looking for motifs…${nodes.length ? " Those shown are of the search before." : ""}`);
    const found = question.then(async (next) => [next, await api.motifs(next.question)] as const).catch(async (error: unknown) => {
      await api.groups(model.id).then(know, () => undefined); // the name may be several groups'
      throw error;
    });
    answer(found, ([next, page]) => arrived(next, page), (error) => {
      look(false);
      if (isFurther) {
        fault = failedWords(error, () => retry(error));
        status.clear();
        return draw();
      }
      [asked, shown, nodes] = [null, null, []];
      draw();
      const same = candidates(store.get().of, groups).map((group) => links.to({ of: keyOf(group) }, { class: "button" }, titleOf(group, groups)));
      status.failed(error, () => retry(error), ...same, links.to({ of: null }, { class: "button" }, "Choose another group"));
    });
  }

  async function ask(state: State, of: string): Promise<Asked> {
    const all = await api.classNames(model.id);
    names = new Map(all.map((item) => [item.index, item.name]));
    form.update(store.get());
    const here = await members(of);
    const { shape, support, around, length, seconds } = state;
    const against = rivalsOf(of, state.against);
    const rivals = against === null ? null : against === OTHERS ? all.map((item) => item.index).filter((index) => !here.includes(index)) : await members(against);
    const scope = of === ALL ? {} : listOf(of) ? { classes: here } : { group: of };
    const second = rivals === null ? {} : { against: listOf(against) || against === OTHERS ? { classes: rivals } : { group: must(against) } };
    const channel = around !== null && isMined(shape) ? { channel: pinToId(model.id, around) } : {};
    const question = { model: model.id, ...scope, ...second, ...channel, shape, minSupport: support, length, seconds, first: PAGE };
    return { question, of, here, against: rivals && { choice: must(against), classes: rivals }, part: 1 };
  }

  async function members(choice: string): Promise<readonly number[]> {
    return listOf(choice) ?? (await (choice === ALL ? api.classNames(model.id) : api.allClasses(model.id, choice))).map(({ index }) => index);
  }

  function begin(): void {
    [asked, shown, nodes] = [null, null, []];
    look(false);
    answer.forget();
    draw();
    context.name("Motifs");
    const fitting = groups.filter(({ classCount }) => classCount >= SUGGESTED.least && classCount <= SUGGESTED.most);
    const byName = [...fitting].sort((a, b) => a.name.localeCompare(b.name));
    const step = Math.max(1, byName.length / SUGGESTED.count); // from all over the alphabet
    const some = byName.filter((_, k) => Math.floor(k / step) !== Math.floor((k - 1) / step));
    const chips = some.map((group) => links.to({ of: keyOf(group), against: null }, { class: "chip" }, `${titleOf(group, groups)} ${group.classCount}`));
    const all = links.to({ of: ALL, against: null }, { class: "chip" }, `all classes ${model.classCount}`);
    if (hasGroups) status.empty("Choose a group of classes: what do their graphs have in common?", ...chips);
    else status.empty("The classes of this model are in no groups. What do the graphs of all have in common?", all);
  }

  function arrived(next: Asked, found: MotifPage): void {
    look(false);
    [asked, shown, nodes] = [next, found, found.nodes];
    context.name(`Motifs of ${called(next.of)}`);
    status.clear();
    scroll.scrollTop = 0;
    draw();
    if (nodes.length || !found.complete) return;
    status.empty(whyNone(found.classCount));
  }

  function more(): void {
    const [of, before] = [asked, nodes];
    const part = shown && nextPart(shown, before.length);
    if (!of || !part || isLooking) return;
    status.loading();
    answer(api.motifs({ ...of.question, ...part }), (next) => {
      [shown, nodes] = [next, "after" in part ? [...before, ...next.nodes] : next.nodes];
      status.clear();
      draw();
    }, (error) => status.failed(error, () => anew(error, of, more)));
  }

  /** Asks again; from the start where the list or the search that was to go on is another one by now. */
  function anew(error: Error, of: Asked, again: () => void): void {
    if (!hasCode(error, "BAD_QUERY")) return again();
    const { cursor: _, ...question } = of.question;
    api.forgetMotifs(question);
    find(Promise.resolve({ ...of, part: 1, question }), () => anew(error, of, again));
  }

  function goOn(from: Asked, cursor: string): void {
    if (isLooking) return;
    const next = { ...from, part: from.part + 1, question: { ...from.question, cursor } };
    find(Promise.resolve(next), (error) => anew(error, from, () => goOn(from, cursor)), true);
  }

  function draw(): void {
    title.replaceChildren();
    list.replaceChildren();
    tools.hidden = nodes.length === 0;
    drawTables();
    if (!asked || !shown) return title.replaceChildren(h("h1", {}, "Motifs"));
    const facts = [`${number(nodes.length)} of ${plural(shown.totalCount, "motif")}`, plural(shown.classCount, "class", "classes")];
    const against = contrasted();
    if (against) facts.push(`against ${against.name}, ${number(against.classes)}`);
    if (asked.part > 1) facts.push(`part ${asked.part} of the search`);
    title.append(h("h1", {}, called(asked.of)), h("p", { class: "second" }, facts.join(" · "), ...differenceLinks(asked)));
    const [from, { note, cursor }] = [asked, shown];
    if (fault.length) list.append(h("p", { class: "warning", role: "status" }, ...fault));
    else if (note !== null) list.append(warning(note, cursor === null ? null : () => goOn(from, cursor)));
    list.append(...nodes.map(drawCard));
    if (nextPart(shown, nodes.length)) list.append(h("button", { class: "button", onclick: more }, "More motifs"));
  }

  function drawTables(): void {
    const state = store.get();
    tables.update(state);
    if (!state.table || !asked || !shown) return updateTwin("Motifs", null);
    const of = { name: called(asked.of), classes: shown.classCount };
    updateTwin(`Motifs of ${of.name}`, motifTwins(nodes, of, contrasted(), (index) => `${model.id}/${index}`), names);
  }

  /** What the motifs are contrasted with: classes with a graph that are not of the first group. */
  function contrasted(): MotifsOf | null {
    return asked?.against && shown ? { name: called(asked.against.choice), classes: shown.againstCount ?? 0 } : null;
  }

  function differenceLinks({ here, against }: Asked): Node[] {
    if (!against) return [];
    const rivals = against.classes.filter((index) => !here.includes(index));
    const args = JSON.stringify({ model: model.id, group: here.join(), against: rivals.join(), limit: 50 });
    const to = (query: string, text: string) => links.to({ room: "query", query, args, plain: false, cypher: null }, {}, text);
    return [h("span", {}, " · mean difference "), to("group_difference_channels", "by channel"), h("span", {}, " · "), to("group_difference_edges", "by edge")];
  }

  function drawCard(motif: Motif, k: number): HTMLElement {
    const edges = motif.edges.map((edge) => idToPin(model.id, edgeId(edge.source, edge.target)));
    return motifCard({
      motif,
      scene: layoutMotif(model.layers, motif.channels, motif.edges),
      rank: k + 1,
      group: { name: called(must(asked).of), classes: must(shown).classCount },
      against: contrasted(),
      channel: (link, channel) => (links.turn(link, { room: "channel", channel, pin: null }), context.names.own(`${model.id}/${channel}`)),
      lay: (index, kind) => {
        const word = className(index);
        const { min, weight, weighed, kinds, score } = START; // all its edges are drawn
        return links.to({ room: "explore", class: index, motif: edges, pin: null, min, weight, weighed, kinds, score, ...STORED }, { class: `chip ${kind}`, title: `Lay it over ${word}` }, word);
      },
    });
  }

  function know(found: readonly ClassGroup[]): void {
    if (found === groups) return;
    [groups, hasGroups] = [found, found.length > 0];
    form.know(found);
    const state = store.get();
    if (state.room !== "motifs") return;
    form.update(state);
    if (state.of === null) return begin();
    context.name(`Motifs of ${called(state.of)}`);
    draw();
  }

  /** An answer that is kept until a group is. */
  function loadGroups(): void {
    api.groups(model.id).then(know, () => undefined); // the groups' own names stand in
  }

  return {
    update(state: State): void {
      loadGroups();
      form.update(state);
      load(state);
      drawTables();
    },
  };
};
