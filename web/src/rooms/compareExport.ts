// What is saved of a comparison: the picture, its data, files for other programs, or the ranking of what separates classes.
import type { Context } from "../context";
import { pictureMenu, provenance, saveJson, saveTable } from "../export";
import type { Kinds } from "../kinds";
import type { Operation, Score } from "../state";
import { OTHER_SCORE } from "../subsets";
import { comparedChannelTable, comparedEdgeTable } from "../tables/comparison";
import type { Twin } from "../tables/twin";
import type { ComparedGraph } from "../types";
import { type Actions, menu } from "../views/menu";
import { fileMenu } from "./fileExport";
import type { SubsetPair } from "./subsetPair";
import { must } from "../must";

/** What is shown. */
export interface Compared {
  readonly part: ComparedGraph; // of the whole that is shown
  readonly least: number; // mean weight of its edges
  readonly kinds: Kinds; // of its edges
  readonly classes: readonly number[];
  readonly score: Score;
  readonly of: Pick<SubsetPair, "index"> | null; // the class whose subsets are compared; null: classes are
  readonly choice: { readonly operation: Operation; readonly atLeast: number } | null; // null: of two classes everything is shown
  keyOf(index: number): string; // a class's index, or the name of a subset
}

export interface Exported {
  shown(): Compared | null;
  name(): string; // of the file, without its ending
  drawn: Parameters<typeof pictureMenu>[0];
  rankings(): readonly Twin[] | null; // null: they are not here
  failed: Parameters<typeof pictureMenu>[1];
}

export function compareExport(context: Context, { shown, name, drawn, rankings, failed }: Exported) {
  const { names } = context;

  function saveRows(of: typeof comparedEdgeTable, kind: string): void {
    const found = shown();
    if (found) saveTable(of(found.part, found.classes, found.keyOf), names, `${name()} ${kind}`);
  }

  function saveAll(): void {
    const found = shown();
    if (!found) return;
    const { part, least, kinds, classes, score, choice, of, keyOf } = found;
    const chosen = choice && { operation: choice.operation, atLeast: choice.operation === "AT_LEAST" ? choice.atLeast : null };
    const areScores = OTHER_SCORE.has(keyOf(must(classes[0])));
    saveJson({ ...provenance(context), ...(of ? { compared: [of.index], [areScores ? "scores" : "subsets"]: Object.fromEntries(classes.map((index) => [index, keyOf(index)])) } : { compared: classes }), ...(areScores ? {} : { score }), minWeight: least, edgesOf: kinds, ...chosen, ...part }, `${name()}.json`);
  }

  function asked() {
    const found = shown();
    if (!found) return null;
    const { choice, classes, score } = found;
    return { compare: classes.join(","), score, ...(choice && { operation: choice.operation, ...(choice.operation === "AT_LEAST" ? { at_least: choice.atLeast } : {}) }) };
  }

  const data = () => ({
    "Data (JSON)": saveAll,
    "Channels (CSV)": () => saveRows(comparedChannelTable, "channels"),
    "Edges (CSV)": () => saveRows(comparedEdgeTable, "edges"),
    ...(shown()?.of ? {} : fileMenu(context, asked, failed, (shown()?.kinds ?? "all") !== "all" || (shown()?.least ?? 0) > 0)),
  });
  function ranked(): Actions {
    const found = rankings();
    if (!found) return { "Rankings (CSV)": "The rankings are not here." };
    return Object.fromEntries(found.map((twin) => [`${twin.title} (CSV)`, () => saveTable(twin, names, `${name()} ${twin.title.toLowerCase()}`)]));
  }

  return { ofGraph: menu("Export", () => ({ ...pictureMenu(drawn, failed), ...data() })), ofMatrix: menu("Export", data), ofRanking: menu("Export", ranked) };
}
