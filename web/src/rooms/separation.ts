// What separates the compared classes, or two groups of classes: asks for what graphs do not hold, and draws the rankings.
import { keyOf, OTHERS, titleOf } from "../chosen";
import type { Context } from "../context";
import { h, latest } from "../dom";
import { number } from "../format";
import { remember } from "../remember";
import { type Beyond, betweenGroups, causes, type Effect, separating, type Separating } from "../separating";
import { needsService } from "../site/facts";
import type { Score } from "../state";
import type { Channel, ComparedGraph, GroupMembers, Table } from "../types";
import { isImported } from "../units";
import { type Section, type SeparatingEvents, separatingView } from "../views/separating";
import { separatingTwins } from "../tables/separating";
import type { Twin } from "../tables/twin";
import { causedLines, groupLines, headsOf, oddsLines, type Side, type Subject, tellSure } from "./compareLines";

/** What is asked for besides graphs. */
interface Further {
  readonly beyond: Beyond | null; // null: nothing but graphs is known
  readonly effects: readonly (readonly Effect[])[]; // of each class
}

interface Groups {
  readonly channels: Table;
  readonly edges: readonly Table[];
  readonly pictures: ReadonlyMap<string, string | null>;
}

export interface Separated {
  readonly compared: ComparedGraph | null; // null: there is no comparison of classes
  readonly classes: readonly number[];
  readonly score: Score;
  name(index: number): string;
}

const MOST_ROWS = 5000; // of an answer about groups
const LEAST_PART = 0.1; // of a group's classes whose graphs have an edge that is ranked
const HOW_ODDS = "Odds ratio: the odds that a picture of the class counts it, divided by the odds for the other's pictures. Half a picture is added to each number; the 95 % intervals (Woolf) are not corrected for the number of rows.";

/** arrived  called when more is known */
export function separation(host: HTMLElement, context: Context, events: SeparatingEvents, arrived: () => void) {
  const { api, links, model, store, isSite } = context;
  const update = separatingView(host, links, events);
  const asked = latest();
  const askedGroups = latest();
  const rank = remember((compared: ComparedGraph, classes: readonly number[], beyond: Beyond | null): Separating => separating(compared, classes, beyond));
  let wanted = "";
  let further: Further | Error | null = null;
  let groups: readonly GroupMembers[] | Error | null = null;
  let everyone: readonly number[] = []; // classes of the model
  let wantedGroups = "";
  let between: Groups | Error | null = null;
  let shown: Separated | null = null;
  let pinned: string | null = null;
  const choice = [0, 1].map((k) => h("select", { "aria-label": k === 0 ? "First group" : "Second group", onchange: () => chooseGroup(k) })) as [HTMLSelectElement, HTMLSelectElement];
  const chooser = h("p", { class: "actions" }, h("label", {}, "Separate ", choice[0]), h("label", {}, "from ", choice[1]));

  function want({ compared, classes, score }: Separated): void {
    const key = compared ? `${score} ${classes.join()}` : "";
    if (key === wanted) return;
    [wanted, further] = [key, null];
    if (key === "" || isImported(model)) return asked.forget();
    if (isSite) return void (further = { beyond: null, effects: [] });
    const both = Promise.all([api.beyond(model.id, classes, score), Promise.all(classes.map((index) => api.effects(model.id, index)))]);
    const keep = (found: Further | Error) => ((further = found), arrived());
    asked(both, ([beyond, effects]) => keep({ beyond, effects }), keep);
  }

  function loadGroups(): void {
    if (groups !== null) return;
    groups = [];
    const failed = (error: Error) => ((groups = error), arrived());
    Promise.all([api.members(model.id), api.classNames(model.id)]).then(([found, classes]) => {
      everyone = classes.map(({ index }) => index);
      groups = found;
      arrived();
    }, failed);
  }

  const known = (): readonly GroupMembers[] => (groups instanceof Error || groups === null ? [] : groups);

  function sides(): readonly [Side, Side] | null {
    const [first, second] = store.get().groups.map((key) => sideOf(key));
    if (!first) return null;
    const rest = second ?? sideOf(OTHERS)!;
    return [first, { ...rest, classes: rest.classes.filter((index) => !first.classes.includes(index)) }];
  }

  function sideOf(key: string): Side | null {
    if (key === OTHERS) return { key, name: "all others", classes: everyone };
    const group = known().find((item) => keyOf(item) === key);
    return group ? { key, name: titleOf(group, known()), classes: group.classes } : null;
  }

  function wantGroups(): void {
    const [first, second] = sides() ?? [];
    const key = first && second ? JSON.stringify([first, second]) : "";
    if (key === wantedGroups) return;
    [wantedGroups, between] = [key, null];
    if (!first || !second || isSite) return askedGroups.forget();
    const keep = (found: Groups | Error) => ((between = found), arrived());
    askedGroups(askBetween(first, second), keep, keep);
  }

  async function askBetween(first: Side, second: Side): Promise<Groups> {
    const [here, there] = [first, second].map(({ classes }) => classes.map((index) => `${model.id}/${index}`)) as [string[], string[]];
    const ask = (classes: readonly string[], rivals: readonly string[]) =>
      api.storedQuery("separating_edges", { classes, others: rivals, min_support: Math.max(1, Math.ceil(LEAST_PART * classes.length)), limit: MOST_ROWS });
    const [channels, ...edges] = await Promise.all([api.storedQuery("separating_channels", { classes: here, others: there, limit: MOST_ROWS }), ask(here, there), ask(there, here)]);
    const ranked = betweenRows(channels, ["channel"], [here.length, there.length]).slice(0, 200).map(({ id }) => id);
    const found: readonly Channel[] = await api.channels(ranked);
    return { channels, edges, pictures: new Map(found.map(({ id, pictures }) => [id, pictures?.thumbnail ?? null])) };
  }

  function chooseGroup(k: number): void {
    const chosen = choice.map(({ value }) => value);
    if (k === 0 && chosen[0] === "") return store.set({ groups: [] }, "replace");
    store.set({ groups: chosen.filter(Boolean) }, "replace");
  }

  function drawChooser(): void {
    const byName = [...known()].sort((a, b) => a.name.localeCompare(b.name));
    const options = () => byName.map((group) => h("option", { value: keyOf(group) }, `${titleOf(group, known())} (${number(group.classCount)})`));
    const first = shown?.compared ? "the compared classes" : "choose a group";
    if (choice[0].length !== byName.length + 1 || choice[0].options[0]!.text !== first) {
      choice[0].replaceChildren(h("option", { value: "" }, first), ...options());
      choice[1].replaceChildren(h("option", { value: OTHERS }, "all other classes"), ...options());
    }
    const [one = "", other = OTHERS] = store.get().groups;
    choice[0].value = byName.some((group) => keyOf(group) === one) ? one : "";
    choice[1].value = other;
    choice[1].parentElement!.hidden = choice[0].value === "";
    chooser.hidden = byName.length === 0;
  }

  function draw(): void {
    if (!shown) return;
    const isGroups = store.get().groups.length > 0;
    drawChooser();
    if (isGroups) wantGroups();
    const { heading, sections } = isGroups ? ofGroups() : ofClasses(shown);
    update([h("div", { class: "separateshead" }, h("h2", {}, heading), chooser)], sections, pinned);
  }

  function subject(of: Separated & { readonly compared: ComparedGraph }): Subject {
    return { model, compared: of.compared, classes: of.classes, score: of.score, name: of.name, nameOf: context.names.own };
  }

  function ofClasses(of: Separated): { heading: string; sections: Section[] } {
    const { compared, classes, name } = of;
    if (!compared) return { heading: "What separates two groups of classes?", sections: [told("Groups", "Choose a group.")] };
    const heading = `What separates ${listed(classes.map(name))}?`;
    if (isImported(model)) return { heading, sections: [told("By counts", `Counts of imported graphs are positions, not pictures, so they give no odds. The graphs themselves are compared as a ${classes.length > 3 ? "matrix" : "picture"}.`)] };
    if (further === null) return { heading, sections: [told("By counts", "Asking…")] };
    const beyond = further instanceof Error ? null : further.beyond;
    const found = rank(compared, classes, beyond);
    return { heading, sections: [effectsSection(subject({ ...of, compared }), found), ...countSections(subject({ ...of, compared }), found)] };
  }

  function effectsSection(about: Subject, found: Separating): Section {
    const { classes, name } = about;
    const title = "By what a class loses when a channel is switched off";
    if (further instanceof Error) return told(title, further.message);
    if (isSite) return told(title, needsService("Effects of single channels need"));
    const effects = further?.effects ?? [];
    const lacking = classes.filter((_, k) => !effects[k]?.length);
    if (lacking.length && found.isPartial) return told(title, "This model's counts are not in the database, as with all published graphs; without the network, nothing can be switched off.");
    const command = h("code", {}, `summit check ${model.id} --channels --classes ${classes.join()}`);
    if (lacking.length) return { ...told(title, ""), notes: [[`Not measured for ${listed(lacking.map(name))}. `, command, " measures it with the network and the pictures, where the model is the run of that name."]] };
    const rows = causes(effects);
    const notes: (Node | string)[][] = [["By how much the class's log-odds fall when the channel alone is switched off, with 95 % intervals over pictures; below 0 where they rise. ", classes.length > 2 ? "Ranked by a class's loss less the mean loss of the others." : "Ranked by the difference of both losses."]];
    if (!rows.length) notes.push(["No channel was measured on all of the classes. ", command, " measures them together."]);
    const lines = causedLines(about, rows);
    return { key: `effects ${wanted}`, title, notes, lines, heads: headsOf(about), axis: ["gains", "loses"], words: "loses more by" };
  }

  function countSections(about: Subject, found: Separating): Section[] {
    const { classes, name } = about;
    const many = classes.length > 2;
    const notes: (Node | string)[][] = [[many ? HOW_ODDS.replace("the other's pictures", "the other classes' pictures together") : HOW_ODDS]];
    if (found.guessed.length) notes.push([`The number of pictures of ${listed(found.guessed.map(name))} is not known; the largest count of ${found.guessed.length > 1 ? "each graph" : "its graph"} stands in.`]);
    if (found.isPartial) notes.push([`A dash means that the class's graph lacks it. How often it is counted there is not known${isSite ? " to a published copy" : ""}, so the odds are at most those that a count of 0 would give.`]);
    const shared = { heads: headsOf(about), axis: many ? (["less", "more"] as const) : ([name(classes[0]!), name(classes[1]!)] as const), words: "odds" };
    return [
      { key: `channels ${wanted}`, title: "Channels, by counts of pictures", notes: [...notes, [tellSure(found.channels)]], lines: oddsLines(about, found.channels), ...shared },
      { key: `edges ${wanted}`, title: "Edges, by counts of pictures", notes: [[tellSure(found.edges)]], lines: oddsLines(about, found.edges), ...shared },
    ];
  }

  function ofGroups(): { heading: string; sections: Section[] } {
    const both = sides();
    const question = "What separates two groups of classes?";
    if (groups instanceof Error) return { heading: question, sections: [told("Groups", groups.message)] };
    if (!known().length) return { heading: question, sections: [told("Groups", `${model.id} has no groups of classes.`)] };
    if (!both) return { heading: question, sections: [told("Groups", `There is no group “${store.get().groups[0]}”. Choose a group.`)] };
    const heading = `What separates ${both[0].name} from ${both[1].name}?`;
    if (isSite) return { heading, sections: [told("Groups", needsService("Ranking groups of classes needs"))] };
    if (between instanceof Error) return { heading, sections: [told("Groups", between.message)] };
    if (between === null) return { heading, sections: [told("Groups", "Asking…")] };
    return { heading, sections: groupSections(between, both) };
  }

  function groupSections({ channels, edges, pictures }: Groups, both: readonly [Side, Side]): Section[] {
    const sizes = both.map(({ classes }) => classes.length) as [number, number];
    const heads = both.map(({ name }, k) => ({ text: name, tone: k === 0 ? "var(--class-a)" : "var(--class-b)", key: null }));
    const shared = { heads, axis: [both[0].name, both[1].name] as const, words: "odds" };
    const note = "Odds ratio: the odds that a class's graph has it, divided by the odds in the other group. Half a class is added to each number; the 95 % intervals over classes (Woolf) are not corrected for the number of rows. A class in both groups counts for the first.";
    const lines = (rows: ReturnType<typeof betweenRows>) => groupLines(model, rows, both, pictures, context.names.own);
    const ofChannels = betweenRows(channels, ["channel"], sizes);
    const ofEdges = merged(edges.map((table, k) => betweenRows(table, ["source", "target"], sizes, k === 1)), sizes);
    return [
      { key: `channels ${wantedGroups}`, title: "Channels, by classes whose graphs have them", notes: [[note]], lines: lines(ofChannels), ...shared },
      { key: `edges ${wantedGroups}`, title: "Edges, by classes whose graphs have them", notes: [[`In at least ${LEAST_PART * 100} % of the graphs of either group.`]], lines: lines(ofEdges), ...shared },
    ];
  }

  return {
    /** of  null: something else is shown;  pin  what is pinned;  isDrawn  as the rankings, else tables stand in their place */
    update(of: Separated | null, pin: string | null, isDrawn: boolean): void {
      [shown, pinned] = [of, pin];
      host.hidden = !of || !isDrawn;
      if (!of) return host.replaceChildren();
      loadGroups();
      want(of);
      if (isDrawn) draw();
    },
    /** The rankings of the compared classes as tables; null where they are not here, or groups are ranked. */
    twins(): Twin[] | null {
      if (!shown?.compared || further === null || isImported(model) || store.get().groups.length) return null;
      const beyond = further instanceof Error ? null : further.beyond;
      const effects = further instanceof Error ? [] : further.effects;
      return separatingTwins(rank(shown.compared, shown.classes, beyond), causes(effects), shown.classes.map(shown.name));
    },
  };
}

const told = (title: string, words: string): Section => ({ key: title, title, notes: [[words]], lines: [], heads: [], axis: ["", ""], words: "" });

const listed = (names: readonly string[]): string => (names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

/** isTurned  whether the rows' first group is the other one */
function betweenRows({ columns, rows }: Table, ids: readonly string[], sizes: readonly [number, number], isTurned = false) {
  const at = (name: string) => columns.indexOf(name);
  const read = rows.map((row) => {
    const [here, there] = [Number(row[at("here")]), Number(row[at("there")])];
    return { id: ids.map((name) => String(row[at(name)])).join(">"), ...(isTurned ? { here: there, there: here } : { here, there }) };
  });
  return betweenGroups(read, sizes);
}

function merged(lists: readonly ReturnType<typeof betweenRows>[], sizes: readonly [number, number]) {
  return betweenGroups([...new Map(lists.flat().map((row) => [row.id, row])).values()], sizes);
}
