// The presence matrix of three and more classes: one line per channel, one column per class, layers from the top down.
import type { ComparedGraph, Channel, LayerOverlap, Model } from "../types";
import { type Choice, isChosen } from "./algebra";
import { shareOf } from "./scale";

export interface MatrixCell {
  readonly count: number;
  readonly strength: number; // 0..1, on the scale of the model
}

export interface MatrixLine {
  readonly channel: Channel;
  readonly cells: readonly (MatrixCell | null)[]; // aligned with the classes; null: not in that class's graph
  readonly present: number;
}

export interface MatrixBlock {
  readonly layer: string;
  readonly overlap: LayerOverlap | null;
  readonly lines: readonly MatrixLine[];
  readonly total: number; // channels that any of the classes has
}

/** The channels of the answer; within a layer those of most classes come first. */
export function layoutMatrix(model: Model, graph: ComparedGraph, classes: readonly number[], choice: Choice): MatrixBlock[] {
  return [...model.layers].reverse().map((layer) => {
    const all = graph.channels.filter((item) => item.channel.layer === layer.name);
    const lines = all
      .filter((item) => isChosen(item, classes, choice))
      .map((item): MatrixLine => {
        const cells = classes.map((index) => {
          const k = item.classes.indexOf(index);
          const count = item.counts[k];
          if (count === undefined) return null;
          return { count, strength: shareOf(item.shares?.[k] ?? null, count, model.largestCount) };
        });
        return { channel: item.channel, cells, present: item.classes.length };
      });
    lines.sort((a, b) => b.present - a.present || heaviest(b) - heaviest(a) || a.channel.index - b.channel.index);
    const overlap = graph.layers.find((item) => item.layer === layer.name) ?? null;
    return { layer: layer.name, overlap, lines, total: all.length };
  });
}

const heaviest = (line: MatrixLine): number => line.cells.reduce((sum, cell) => sum + (cell?.count ?? 0), 0);
