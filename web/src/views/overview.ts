// The detail column while nothing is pointed at: what is particular about a class, or about what classes share.
import { keyOf } from "../chosen";
import { percents, raisedLayers, raisedNetwork } from "../cut";
import { h, inCode } from "../dom";
import { odds, tellDrops } from "../drops";
import { hundredths, number, percent, plural, points } from "../format";
import { differences, extremesOf } from "../layout/algebra";
import type { Links } from "../links";
import type { Names } from "../names";
import { scoreFacts } from "../output";
import { areLikely, countBeyond } from "../probability";
import { needsService } from "../site/facts";
import { graphsBy, graphsMeant, tellSpecificity } from "../scores";
import { graphsCounted, type Score } from "../state";
import { pairsOf, tellDifference, tellPair } from "../subsets";
import type { Channel, ClassView, ComparedGraph, Faithfulness, LayerOverlap, Model, SimilarClass } from "../types";
import { isImported, unitsOf } from "../units";
import { channelButton, type Fact, factList, label } from "./detail";
import { takenFor } from "./takenFor";
import { must } from "../must";

const GROUPS = 6;
const RAREST = 5;
const SHARED = 8;
const DIFFERING = 6;

/** What its lists of channels need: how one is pinned, and what somebody called it. */
export interface Listing {
  pin(id: string): void;
  readonly names: Pick<Names, "own">;
}

export interface ClassOverview {
  readonly shown: ClassView;
  readonly model: Model;
  readonly similar: { readonly classes: readonly SimilarClass[]; readonly layer: string | null }; // where it was measured
  readonly faithfulness: Faithfulness | null; // null: the graph was not checked
  readonly score: Score; // of the graph
  readonly isSpecific: boolean; // pictures are as large as their channels are specific
  readonly isSite: boolean;
}

export function classOverview({ shown, model, similar, faithfulness, score, isSpecific, isSite }: ClassOverview, links: Links, listing: Listing): Node[] {
  const { name, index, wnid, images, accuracy, groups, attributionGraph } = shown;
  const facts: Fact[] = [{ name: "class index", value: String(index) }];
  if (wnid) facts.push({ name: "WordNet", value: wnid });
  if (!isImported(model)) facts.push(images === null ? { name: "pictures", value: "unknown" } : { name: "pictures", value: number(images) });
  if (accuracy !== null) facts.push({ name: "accuracy", value: percent(accuracy) });
  facts.push(...scoreFacts(shown));
  const { origin, output } = attributionGraph;
  const network = raisedNetwork(origin);
  if (network !== null) facts.push({ name: "threshold", value: percents(network), of: `from ${percents(must(origin.threshold))}` });
  const raised = [...raisedLayers(origin, model.layers)].reverse().map(([layer, to]) => ({ name: layer, value: percents(to) }));
  const near = [...groups].sort((a, b) => a.classCount - b.classCount).slice(0, GROUPS);
  const chips = near.map((group) =>
    links.to({ group: keyOf(group) }, { class: "chip", title: plural(group.classCount, "class", "classes") }, group.name),
  );
  const channels = rarest(attributionGraph.channels.map((item) => item.channel), RAREST);
  return [
    h("div", { class: "title" }, h("h2", {}, name)),
    factList(facts),
    ...(images === null || isSpecific ? [h("p", { class: "second" }, sizesOf(model, images === null, isSpecific ? graphsMeant(shown.live, score) : null))] : []),
    ...(origin.noProbability == null ? [] : [h("p", { class: "second" }, ...inCode(`No probabilities: ${origin.noProbability}.`))]),
    ...(output?.reason ? [h("p", { class: "second" }, ...inCode(`No contributions to the score: ${output.reason}.`))] : []),
    ...(raised.length ? [label("Raised thresholds", `from ${percents(must(origin.threshold))}`), factList(raised)] : []),
    ...takenFor(shown.confusions, images, links),
    ...(isSite || !output || !graphsBy(model, "attribution") ? [] : [h("p", { class: "told" }, links.to({ ...pairOf(index), subset: "activation" }, {}, "Its graph by activation against the one by attribution"))]),
    ...(faithfulness ? losses(faithfulness) : []),
    ...(images === null || isImported(model) ? [] : subsetsOf(shown, isSite, links)),
    ...section(label("Groups", shownOf(near.length, groups.length)), "chips", chips),
    ...section(label("Its rarest channels", `${shownOf(channels.length, attributionGraph.channels.length)}, in ${shown.live && score === "activation" ? "stored graphs" : graphsCounted(score)}`), "neighbours", channels.map((channel) => channelLine(channel, number(channel.classCount), listing))),
    ...section(label("Most like it", `${shownOf(similar.classes.length, model.classCount - 1)}, ${similar.layer ?? "all layers"}${score === "activation" ? "" : ", by activation"}`), "uses", similar.classes.map((item) => similarClass(index, item, links))),
  ];
}

export interface ComparisonOverview {
  readonly model: Model;
  readonly compared: ComparedGraph;
  readonly pair: readonly [number, number] | null; // where two classes are compared
  readonly score: Score; // of the graphs
  readonly about: string | null; // two subsets of one class: what is told of them; null: classes are compared
  readonly areScores: boolean; // two graphs of one class by either score are compared
  readonly isSite: boolean; // a published copy, which lacks probabilities of channels outside a class's graph
}

export function comparisonOverview({ model, compared, pair, score, about, areScores, isSite }: ComparisonOverview, links: Links, listing: Listing): Node[] {
  const { classes, channels, edges, layers } = compared;
  const all = classes.length;
  const shared = channels.filter((item) => item.classes.length === all);
  const sharedEdges = edges.filter((item) => item.classes.length === all);
  const facts: Fact[] = [
    { name: "shared channels", value: number(shared.length), of: `of ${number(channels.length)}` },
    { name: "shared edges", value: number(sharedEdges.length), of: `of ${number(edges.length)}` },
    ...(pair ? beyondChance(compared, pair) : []),
    { name: "Jaccard", value: hundredths(channels.length ? shared.length / channels.length : 0), of: "of channels" },
  ];
  const rare = rarest(shared.map((item) => item.channel), SHARED);
  return [
    h("div", { class: "title" }, h("h2", {}, all === 2 ? "In common" : `In all ${all}`)),
    factList(facts),
    ...(about ? [h("p", { class: "second told" }, about)] : []),
    ...(isSite && pair && areLikely(channels) ? [h("p", { class: "second" }, needsService("Telling which differences are beyond resampling needs"))] : []),
    ...extremes(layers),
    ...(pair && !areScores ? differing(model, compared, pair, about ? null : score, links, listing) : []),
    ...section(label("Shared and rare", `${shownOf(rare.length, shared.length)}, in ${graphsCounted(score)}`), "neighbours", rare.map((channel) => channelLine(channel, number(channel.classCount), listing))),
    ...(about ? [] : [links.to({ room: "motifs", of: classes.map((item) => item.index).join() , against: null }, { class: "all" }, "Motifs of these classes")]),
  ];
}

/** How many channels of one class alone are so whatever pictures of both are taken. */
function beyondChance(compared: ComparedGraph, pair: readonly [number, number]): Fact[] {
  const found = countBeyond(compared, pair);
  return found ? [{ name: "beyond resampling", value: number(found.beyond), of: `of ${plural(found.of, "difference")}` }] : [];
}

/** Channels that one of two classes has most above the other, with a link to all of them. */
function differing(model: Model, compared: ComparedGraph, pair: readonly [number, number], score: Score | null, links: Links, listing: Listing): Node[] {
  const byId = new Map(compared.channels.map((item) => [item.channel.id, item]));
  const all = differences(compared, pair, !isImported(model));
  const most = all.slice(0, DIFFERING);
  const items = most.map(({ id, value }) => channelLine(must(byId.get(id)).channel, points(value), listing, value > 0 ? "a" : "b"));
  const ids = pair.map((index) => `${model.id}/${index}`);
  const allBy = (query: string, text: string, limit: number) =>
    links.to({ room: "query", query, args: JSON.stringify({ classes: ids, first: 1, limit }), plain: false, cypher: null }, {}, text);
  const { channels, edges } = compared;
  const ways = h("p", { class: "all second" }, "All ", allBy("difference_channels", "channels", channels.length), " · ", allBy("difference_edges", "edges", edges.length));
  const of = (index: number) => compared.classes.find((item) => item.index === index)?.name ?? `class ${index}`;
  const title = label("Largest differences", `${shownOf(items.length, all.length)}, points`);
  title.title = `Share of the ${unitsOf(model).count}s of ${of(pair[0])} less that of ${of(pair[1])}, in percentage points`;
  const unknown = compared.classes.filter(({ images }) => images === null).map(({ name }) => name);
  const notes = unknown.length ? [`The number of ${unitsOf(model).count}s of ${unknown.join(" and ")} is not known; shares are of the largest count.`] : [];
  if (most.some(({ id }) => must(byId.get(id)).classes.length < pair.length)) notes.push("A channel outside one of the graphs counts as 0 there.");
  const told = notes.length ? [h("p", { class: "second" }, notes.join(" "))] : [];
  return items.length ? [title, ...told, h("div", { class: "neighbours" }, ...items), ...(score === "activation" ? [ways] : [])] : []; // stored queries are of classes' graphs by activation
}

/** What sizes are relative to where the number of pictures is not known, or where they are no numbers of pictures.  specificAmong  graphs that sizes are by specificity among; null: by counts */
function sizesOf(model: Model, isUnknown: boolean, specificAmong: string | null): string {
  const known = specificAmong === null ? "" : tellSpecificity(model, specificAmong);
  if (isImported(model)) return `An imported graph has no pictures: counts are positions at which a feature stands, weights are in units of ${model.weightUnit}. ${known || "Sizes are relative to the model's largest count."}`;
  if (!isUnknown) return known;
  return `How many pictures the class has is not known${known ? `. ${known}` : ", so sizes are relative to the model's largest count."}`;
}

/** What the class loses without its graph, by layer, the highest first. */
function losses(found: Faithfulness): Node[] {
  const rows = [...found.layers].reverse().map((layer): Fact => ({ name: layer.layer, value: odds(layer.drop), of: `random ${odds(layer.nullMean)}` }));
  return [label("Loss without its channels", "log-odds"), h("p", { class: "second" }, tellDrops(found)), factList(rows)];
}

/** Leads to Compare with two graphs of a class. */
const pairOf = (index: number) => ({ room: "compare", classes: [index], pin: null, look: null, groups: [] }) as const;

/** Pairs of subsets of the class's pictures, each with the way to their comparison, or how they are made. */
function subsetsOf(shown: ClassView, isSite: boolean, links: Links): Node[] {
  const pairs = pairsOf(shown);
  if (!pairs.length) return isSite ? [] : [h("p", { class: "second" }, ...inCode(NO_SUBSETS))];
  const told = pairs.flatMap((pair) => {
    const to = { ...pairOf(shown.index), subset: pair.name, score: pair.score === "ACTIVATION" ? "activation" : "attribution" } as const;
    const both = pair.rest === null || isSite ? tellPair(pair) : links.to(to, {}, tellPair(pair));
    return [h("p", { class: "told" }, both), h("p", { class: "second" }, tellDifference(pair))];
  });
  return [label("Subsets", "5th to 95th percentile of splits"), ...told];
}

const NO_SUBSETS = "No subset of its pictures has a graph; `summit subset RUN --wrong` makes one for each class with at least five misclassified pictures, if the run was counted with `--keep-votes`.";

const shownOf = (shown: number, total: number): string => `${number(shown)} of ${number(total)}`;

const section = (title: Node, kind: string, items: readonly Node[]): Node[] =>
  items.length ? [title, h("div", { class: kind }, ...items)] : [];

const rarest = (channels: readonly Channel[], limit: number): Channel[] =>
  [...channels].sort((a, b) => a.classCount - b.classCount || (a.id < b.id ? -1 : 1)).slice(0, limit);

const channelLine = ({ id, layer, index, pictures }: Channel, value: string, { pin, names }: Listing, tone = ""): Node =>
  channelButton({ name: `${layer}/${index}`, called: names.own(id), picture: pictures?.thumbnail ?? null, value, tone, choose: () => pin(id) });

function similarClass(index: number, { imageClass, similarity }: SimilarClass, links: Links): Node {
  const value = h("span", { class: "value" }, hundredths(similarity));
  const go = links.to({ class: imageClass.index, pin: null }, { class: "use" }, h("span", {}, imageClass.name), value);
  const about = `Compare with ${imageClass.name}`;
  const compare = { room: "compare", classes: [index, imageClass.index], pin: null } as const;
  return h("div", { class: "pair" }, go, links.to(compare, { class: "versus", title: about, "aria-label": about }, "⇄"));
}

function extremes(layers: readonly LayerOverlap[]): Node[] {
  const { most, least } = extremesOf(layers);
  const fact = (name: string, layer: LayerOverlap | null): Fact[] => (layer ? [{ name, value: layer.layer, of: hundredths(layer.jaccard) }] : []);
  const facts = [...fact("most alike", most), ...fact("least alike", least)];
  return facts.length ? [label("Layers"), factList(facts)] : [];
}
