// The table of motifs, in place of their small pictures.
import { shortId } from "../format";
import type { Motif } from "../types";
import { inPercent, type Twin } from "./twin";

export interface MotifsOf {
  readonly name: string;
  readonly classes: number;
}

/** classId  the id of a class, which leads to its graph */
export function motifTwins(motifs: readonly Motif[], of: MotifsOf, against: MotifsOf | null, classId: (index: number) => string): Twin[] {
  const contrast = against ? [`classes of ${against.name}`, `share of ${against.name}, %`, "odds ratio", "odds ratio from", "odds ratio to", "p", "q"] : ["ln of the chance"];
  const columns = ["rank", "edges", "channels", `classes of ${of.name}`, `share of ${of.name}, %`, ...contrast, "edges from lower to upper channel", "classes"];
  const rows = motifs.map((motif, k) => {
    const { support, supportAgainst, oddsRatio, oddsRatioLow, oddsRatioHigh, pValue, qValue, logP } = motif;
    const share = (count: number | null, { classes }: MotifsOf) => (count === null || !classes ? null : inPercent(count / classes));
    const second = against ? [supportAgainst, share(supportAgainst, against), oddsRatio, oddsRatioLow, oddsRatioHigh, pValue, qValue] : [logP];
    const edges = motif.edges.map(({ source, target }) => `${shortId(source)} → ${shortId(target)}`).join(", ");
    return [k + 1, motif.edges.length, motif.channels.length, support, share(support, of), ...second, edges, motif.classes.map(classId)];
  });
  return [{ title: "Motifs", columns, rows }];
}
