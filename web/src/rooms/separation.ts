// What separates the compared classes, or two groups of classes: asks for what graphs do not hold, and draws the rankings.
import { asking } from "../asked";
import { keyOf, OTHERS, titleOf } from "../chosen";
import type { Context } from "../context";
import { h } from "../dom";
import { groupsFrom, number } from "../format";
import { remember } from "../remember";
import { type Beyond, type BetweenGroups, causes, type Effect, separating, type Separating } from "../separating";
import { needsService } from "../site/facts";
import type { Score } from "../state";
import { groupTwins, separatingTwins } from "../tables/separating";
import type { Twin } from "../tables/twin";
import type { Channel, ComparedGraph, GroupMembers, Table } from "../types";
import { isImported } from "../units";
import { type Section, type SeparatingEvents, separatingView } from "../views/separating";
import { failedWords } from "../views/status";
import { colourOf, countLines, groupLines, type Subject, tellSure } from "./compareLines";
import { betweenRows, type Side, sidesOf } from "./groupSides";
import { listed, tellCounts, tellEffects } from "./separatingWords";
import { must } from "../must";

interface Groups {
  readonly channels: readonly BetweenGroups[];
  readonly edges: readonly BetweenGroups[];
  readonly isCut: boolean; // there are more than an answer holds
  readonly pictures: ReadonlyMap<string, string | null>;
}

interface Known {
  readonly groups: readonly GroupMembers[];
  readonly everyone: readonly number[]; // classes of the model
}

/** What is ranked. */
export interface Shown {
  readonly compared: ComparedGraph | null; // null: there is no comparison of classes
  readonly classes: readonly number[];
  readonly score: Score;
  name(index: number): string;
}

const MOST_ROWS = 5000; // of an answer about groups
const LEAST_PART = 0.1; // of a group's classes whose graphs have an edge that is ranked
const PICTURED = 200; // channels of two groups whose pictures are asked for
const EFFECTS = "By what a class loses when a channel is switched off";
const LOADING = "Loading…";

/** arrived  called when more is known */
export function separation(host: HTMLElement, context: Context, events: SeparatingEvents, arrived: () => void) {
  const { api, links, model, store, isSite } = context;
  const update = separatingView(host, links, events);
  const counts = asking<Beyond>(arrived);
  const effects = asking<readonly (readonly Effect[])[]>(arrived);
  const known = asking<Known>(arrived);
  const between = asking<Groups>(arrived);
  const rank = remember((compared: ComparedGraph, classes: readonly number[], beyond: Beyond | null): Separating => separating(compared, classes, beyond));
  let shown: Shown | null = null;
  let pinned: string | null = null;
  const choice = [0, 1].map((k) => h("select", { "aria-label": k === 0 ? "First group" : "Second group", onchange: () => chooseGroup(k) })) as [HTMLSelectElement, HTMLSelectElement];
  const chooser = h("p", { class: "actions" }, h("label", {}, "Separate ", choice[0]), h("label", {}, "from ", choice[1]));

  const keyOfClasses = ({ classes, score }: Shown): string => `${score} ${classes.join()}`;

  function want(of: Shown): void {
    if (!of.compared || isImported(model) || isSite) return;
    const [key, { classes, score }] = [keyOfClasses(of), of];
    counts.want(key, () => api.beyond(model.id, classes, score));
    effects.want(classes.join(), () => Promise.all(classes.map((index) => api.effects(model.id, index))));
  }

  async function askKnown(): Promise<Known> {
    const [groups, classes] = await Promise.all([api.members(model.id), api.classNames(model.id)]);
    return { groups, everyone: classes.map(({ index }) => index) };
  }

  function groups(): readonly GroupMembers[] {
    const found = known.get();
    return found === null || found instanceof Error ? [] : found.groups;
  }

  async function askBetween(first: Side, second: Side): Promise<Groups> {
    const [here, there] = [first, second].map(({ classes }) => classes.map((index) => `${model.id}/${index}`)) as [string[], string[]];
    const sizes = [here.length, there.length] as const;
    const support = (classes: readonly string[]) => Math.max(1, Math.ceil(LEAST_PART * classes.length));
    const edgesOf = (classes: readonly string[], others: readonly string[]) => api.storedQuery("separating_edges", { classes, others, min_support: support(classes), limit: MOST_ROWS });
    const channelsOf = (classes: readonly string[], others: readonly string[]) => api.storedQuery("separating_channels", { classes, others, limit: MOST_ROWS });
    const [channels, ...edges] = await Promise.all([channelsOf(here, there), edgesOf(here, there), edgesOf(there, here)]);
    const isLong = channels.rows.length === MOST_ROWS; // it begins with those that the first group has more
    const both = isLong ? [channels, await channelsOf(there, here)] : [channels];
    const turned = (tables: readonly Table[]) => tables.map((table, k) => ({ table, isTurned: k === 1 }));
    const ranked = betweenRows(turned(both), ["channel"], sizes);
    const pictured: readonly Channel[] = await api.channels(ranked.slice(0, PICTURED).map(({ id }) => id));
    return {
      channels: ranked,
      edges: betweenRows(turned(edges), ["source", "target"], sizes),
      isCut: isLong || edges.some(({ rows }) => rows.length === MOST_ROWS),
      pictures: new Map(pictured.map(({ id, pictures }) => [id, pictures?.thumbnail ?? null])),
    };
  }

  function chooseGroup(k: number): void {
    const chosen = choice.map(({ value }) => value);
    if (k === 0 && chosen[0] === "") return store.set({ groups: [] }, "replace");
    store.set({ groups: chosen.filter(Boolean) }, "replace");
  }

  function drawChooser(): void {
    const all = groups();
    const byName = [...all].sort((a, b) => a.name.localeCompare(b.name));
    const options = () => byName.map((group) => h("option", { value: keyOf(group) }, `${titleOf(group, all)} (${number(group.classCount)})`));
    const first = shown?.compared ? "the compared classes" : "choose a group";
    if (choice[0].length !== byName.length + 1 || choice[0].options[0]?.text !== first) {
      choice[0].replaceChildren(h("option", { value: "" }, first), ...options());
      choice[1].replaceChildren(h("option", { value: OTHERS }, "all other classes"), ...options());
    }
    const [one = "", other = OTHERS] = store.get().groups;
    choice[0].value = byName.some((group) => keyOf(group) === one) ? one : "";
    choice[1].value = other;
    must(choice[1].parentElement).hidden = choice[0].value === "";
    chooser.hidden = byName.length === 0;
  }

  function draw(): void {
    if (!shown) return;
    drawChooser();
    const areGroups = store.get().groups.length > 0;
    const lost = known.get();
    const beside = lost instanceof Error && !areGroups ? h("p", { class: "actions" }, "Groups of classes: ", ...failedWords(lost, known.retry)) : chooser;
    const { heading, sections } = areGroups ? ofGroups() : ofClasses(shown);
    update([h("div", { class: "separateshead" }, h("h2", {}, heading), beside)], sections, pinned);
  }

  function ofClasses(of: Shown): { heading: string; sections: Section[] } {
    const { compared, classes, name } = of;
    if (!compared) return { heading: GROUPS_QUESTION, sections: [told("Groups", "Choose a group.")] };
    const heading = `What separates ${listed(classes.map(name))}?`;
    if (isImported(model)) return { heading, sections: [told("By counts", `Counts of imported graphs are positions, not pictures, so they give no odds. The graphs themselves are compared as a ${classes.length > 3 ? "matrix" : "picture"}.`)] };
    const about: Subject = { model, compared, classes, score: of.score, name, nameOf: context.names.own };
    return { heading, sections: [effectsSection(about), ...countSections(about, keyOfClasses(of))] };
  }

  function effectsSection(about: Subject): Section {
    if (isSite) return told(EFFECTS, needsService("Effects of single channels need"));
    const found = effects.get();
    if (found === null) return told(EFFECTS, LOADING);
    return found instanceof Error ? failed(EFFECTS, found, effects.retry) : { key: `effects ${about.classes.join()}`, title: EFFECTS, ...tellEffects(about, found) };
  }

  function countSections(about: Subject, key: string): Section[] {
    const beyond = isSite ? NOTHING_BEYOND : counts.get();
    const title = "Channels, by counts of pictures";
    if (beyond === null) return [told(title, LOADING)];
    if (beyond instanceof Error) return [failed(title, beyond, counts.retry)];
    const found = rank(about.compared, about.classes, beyond);
    const { notes, ...shared } = tellCounts(about, found, isSite);
    const list = (kind: string, rows: Separating["channels"]) => ({ key: `${kind} ${key}`, lines: countLines(about, rows), ...shared });
    return [
      { ...list("channels", found.channels), title, notes: [...notes, ...sure(found.channels)] },
      { ...list("edges", found.edges), title: "Edges, by counts of pictures", notes: sure(found.edges) },
    ];
  }

  /** The two groups of the address, by their names. */
  function groupNames(between: string): string {
    const found = known.get();
    const both = found === null || found instanceof Error ? "" : sidesOf(store.get().groups, found.groups, found.everyone);
    return typeof both === "string" ? "Two groups of classes" : both.map(({ name }) => name).join(between);
  }

  function ofGroups(): { heading: string; sections: Section[] } {
    const refused = (...sections: Section[]) => ({ heading: GROUPS_QUESTION, sections });
    const found = known.get();
    if (found === null) return refused(told("Groups", LOADING));
    if (found instanceof Error) return refused(failed("Groups", found, known.retry));
    if (!found.groups.length) return refused(told("Groups", `${model.id} has no groups of classes. ${isSite ? "" : groupsFrom(model.id)}`));
    const both = sidesOf(store.get().groups, found.groups, found.everyone);
    if (typeof both === "string") return refused(told("Groups", both));
    const heading = `What separates ${both[0].name} from ${both[1].name}?`;
    if (isSite) return { heading, sections: [told("Groups", needsService("Ranking groups of classes needs"))] };
    const key = JSON.stringify(both);
    between.want(key, () => askBetween(...both));
    const ranked = between.get();
    if (ranked === null) return { heading, sections: [told("Groups", LOADING)] };
    if (ranked instanceof Error) return { heading, sections: [failed("Groups", ranked, between.retry)] };
    return { heading, sections: groupSections(ranked, both, key) };
  }

  function groupSections({ channels, edges, pictures, isCut }: Groups, both: readonly [Side, Side], key: string): Section[] {
    const heads = both.map(({ name }, k) => ({ text: name, tone: colourOf(k, 2), key: null }));
    const shared = { heads, axis: [both[0].name, both[1].name] as const, words: "odds" };
    const note = "Odds ratio: the odds that a class's graph has it, divided by the odds in the other group. Half a class is added to each number; the 95 % intervals over classes (Woolf) are not corrected for the number of rows. A class in both groups counts for the first.";
    const cut = isCut ? [[`Of what either group has more, at most the first ${number(MOST_ROWS)} channels and edges are ranked.`]] : [];
    const lines = (rows: readonly BetweenGroups[]) => groupLines(rows, both, pictures, context.names.own);
    return [
      { key: `channels ${key}`, title: "Channels, by classes whose graphs have them", notes: [[note], ...cut], lines: lines(channels), ...shared },
      { key: `edges ${key}`, title: "Edges, by classes whose graphs have them", notes: [[`In at least ${LEAST_PART * 100} % of the graphs of either group.`]], lines: lines(edges), ...shared },
    ];
  }

  function twinsOfGroups(): Twin[] | null {
    const [found, ranked] = [known.get(), between.get()];
    if (found === null || found instanceof Error || ranked === null || ranked instanceof Error) return null;
    const both = sidesOf(store.get().groups, found.groups, found.everyone);
    return typeof both === "string" ? null : groupTwins(ranked.channels, ranked.edges, both);
  }

  return {
    groupNames,
    /** of  null: something else is shown;  pin  what is pinned;  isDrawn  as the rankings, else tables stand in their place */
    update(of: Shown | null, pin: string | null, isDrawn: boolean): void {
      [shown, pinned] = [of, pin];
      host.hidden = !of || !isDrawn;
      if (!of) {
        for (const asked of [counts, effects, known, between]) asked.leave();
        return host.replaceChildren();
      }
      known.want(model.id, askKnown);
      want(of);
      if (isDrawn) draw();
    },
    /** The rankings as tables; null where they are not here. */
    twins(): Twin[] | null {
      if (store.get().groups.length) return twinsOfGroups();
      const beyond = isSite ? NOTHING_BEYOND : counts.get();
      if (!shown?.compared || beyond === null || beyond instanceof Error || isImported(model)) return null;
      const lost = effects.get();
      return separatingTwins(rank(shown.compared, shown.classes, beyond), lost === null || lost instanceof Error ? [] : causes(lost), shown.classes.map(shown.name));
    },
  };
}

const GROUPS_QUESTION = "What separates two groups of classes?";
const NOTHING_BEYOND: Beyond = { channels: new Map(), edges: new Map() }; // a published copy has graphs alone

const told = (title: string, ...words: (Node | string)[]): Section => ({ key: title, title, notes: [words], lines: [], heads: [], axis: ["", ""], words: "" });

const failed = (title: string, error: Error, retry: () => void): Section => told(title, ...failedWords(error, retry));

const sure = (rows: Separating["channels"]): string[][] => [tellSure(rows)].flatMap((words) => (words === null ? [] : [[words]]));
