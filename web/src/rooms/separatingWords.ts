// What stands above and beside the rankings of what separates classes: how they come about, and what is not known.
import { MOST } from "../api";
import { h } from "../dom";
import { number, shellWord } from "../format";
import { causes, type Effect, type Separating, uncounted } from "../separating";
import type { Section } from "../views/separating";
import { causedLines, headsOf, type Subject } from "./compareLines";
import { isPair } from "../probability";

export const listed = (names: readonly string[]): string => (names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

type Notes = (Node | string)[][];
type Shared = Pick<Section, "heads" | "axis" | "words">;

const ODDS = "Odds ratio: the odds that a picture of the class counts it, divided by the odds for";
const HALF = "Half a picture is added to each number;";

/** Of both lists of counts.  isSite  a published copy, which has graphs alone */
export function tellCounts(about: Subject, { guessed, channels, edges, isPartial }: Separating, isSite: boolean): Shared & { readonly notes: Notes } {
  const { compared, classes, name } = about;
  const many = classes.length > 2;
  const notes: Notes = [];
  if (guessed.length) {
    const others = guessed.length < classes.length ? " (of its pictures, where they are known)" : "";
    notes.push([`How many pictures there are of ${listed(guessed.map(name))} is not known, so there are no odds: ranked by the difference of shares of the largest count in each graph${others}, in percentage points${many ? ", a class's share less the mean of the others'" : ""}.`]);
  } else if (many) {
    notes.push([`${ODDS} the other classes' pictures together. ${HALF} the intervals (Woolf) are 95 % for all ${classes.length} classes together (Bonferroni), any of which could have stood out, and not corrected for the number of rows.`]);
  } else notes.push([`${ODDS} the other's pictures. ${HALF} the 95 % intervals (Woolf) are not corrected for the number of rows.`]);
  const dash = `A dash means that the class's graph lacks it; how often it is counted there is not known${isSite ? " to a published copy" : ""}, and taken as 0`;
  const isHeldByAll = new Set([...compared.channels.map(({ channel: { id }, classes: held }) => [id, held] as const), ...compared.edges.map(({ source, target, classes: held }) => [`${source}>${target}`, held] as const)].flatMap(([id, held]) => (held.length === classes.length ? [id] : [])));
  const isOut = [...channels, ...edges].some(({ id, counts }) => !isHeldByAll.has(id) && !counts.includes(null));
  if (isPartial) notes.push([guessed.length ? `${dash}.` : `${dash}: a class has it more by at most so much, or less by at least so much, and such lines come last.`]);
  if (isOut) notes.push(["“out” behind a count: the class's graph lacks it."]);
  return { notes, heads: headsOf(about), axis: isPair(classes) ? [name(classes[0]), name(classes[1])] : ["less", "more"], words: guessed.length ? "points" : "odds" };
}

/** effects  of each class, in their order; none where they were not measured */
export function tellEffects(about: Subject, effects: readonly (readonly Effect[])[]): Shared & Pick<Section, "notes" | "lines"> {
  const { model, compared, classes, name } = about;
  const shared = { heads: headsOf(about), axis: ["gains", "loses"], words: "loses more by" } as const;
  const lacking = classes.filter((_, k) => !effects[k]?.length);
  const foreign = uncounted(compared, classes);
  if (lacking.length && foreign.length) return { ...shared, lines: [], notes: [[`How many pictures there are of ${listed(foreign.map(name))} is not known, as with all published graphs: they were not counted by a run, and without the network, nothing can be switched off.`]] };
  const command = h("code", {}, `summit check ${shellWord(model.id)} --channels --classes ${classes.join()}`);
  if (lacking.length) return { ...shared, lines: [], notes: [[`Not measured for ${listed(lacking.map(name))}. `, command, " measures it with the network and the pictures, where the model is the run of that name."]] };
  const rows = causes(effects);
  const notes: Notes = [["By how much the class's log-odds fall when the channel alone is switched off, with 95 % intervals over pictures; below 0 where they rise. ", classes.length > 2 ? "Ranked by a class's loss less the mean loss of the others." : "Ranked by the difference of both losses."]];
  if (effects.some((list) => list.length >= MOST)) notes.push([`Of each class, only the ${number(MOST)} channels that it needs most are here.`]);
  if (!rows.length) notes.push(["No channel was measured on all of the classes. ", command, " measures them together."]);
  return { ...shared, notes, lines: causedLines(about, rows) };
}
