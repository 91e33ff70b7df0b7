package summit;

import com.arcadedb.query.sql.executor.WorkGuard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** The thresholds of a class's layers, lowest first, as the portable form of extract_attribution_graph finds them, and its edges. */
final class Cut {
  private static final double ALL = 100; // percent

  /** Edge i goes from channel sources[i] of the layer below to targets[i], with weights[i] pictures. */
  static final class Edges {
    final List<Integer> sources = new ArrayList<>(), targets = new ArrayList<>(), weights = new ArrayList<>();
  }

  final double[] thresholds; // percent; not a number where rounding leaves none
  final int[] taken; // channels of each layer
  final List<Edges> edges = new ArrayList<>();

  Cut(List<RankedLayer> layers, double threshold, boolean unified, double step, boolean deadEnds, WorkGuard guard) {
    thresholds = new double[layers.size()];
    taken = new int[layers.size()];
    for (int upper = 0; upper < thresholds.length; upper++) {
      guard.check();
      thresholds[upper] = upper == 0 ? threshold
          : raised(layers.get(upper - 1), layers.get(upper), thresholds[upper - 1], unified ? thresholds[upper - 1] : threshold, unified, step);
    }
    if (unified && thresholds.length > 0)
      Arrays.fill(thresholds, thresholds[thresholds.length - 1]);
    for (int layer = 0; layer < taken.length; layer++)
      taken[layer] = layers.get(layer).taken(thresholds[layer]);
    BitSet reached = new BitSet();
    for (int upper = 0; upper < taken.length; upper++) {
      guard.check();
      BitSet targets = new BitSet(); // with dead ends, too
      edges.add(upper == 0 ? new Edges() : between(layers, upper, deadEnds || upper < 2 ? null : reached, targets));
      reached = targets;
    }
  }

  /** The threshold at which a layer has an edge from the one below, `start` where it has one already, or never. */
  private static double raised(RankedLayer below, RankedLayer layer, double last, double start, boolean unified, double step) {
    if (!below.hasAdjacency)
      return start;
    double need = nearest(below, layer, below.taken(last), false);
    if (unified && !(need < start))
      need = nearest(below, layer, below.before.length, true);
    if (need < start || need >= ALL)
      return start;
    for (int more = 1; more <= 2; more++) { // the second where rounding spoils the first
      double raised = start + step * (Math.floor((need - start) / step) + more);
      if (raised > need)
        return Math.min(ALL, raised);
    }
    return Double.NaN;
  }

  /** The least percent that takes a channel with an influence from the first `sources` channels below, and, if both, that source. */
  private static double nearest(RankedLayer below, RankedLayer layer, int sources, boolean both) {
    double least = ALL;
    for (int target = 0; target < layer.places.length; target++) {
      int place = layer.places[target];
      for (int at = layer.starts[target]; place < layer.before.length && at < layer.starts[target + 1]; at++) {
        int source = below.places[layer.sources[at]];
        if (source < sources && source < below.before.length)
          least = Math.min(least, both ? Math.max(layer.before[place], below.before[source]) : layer.before[place]);
      }
    }
    return least;
  }

  /** Influences between channels that are taken; of those from below only what is `reached`, if that is given. */
  private Edges between(List<RankedLayer> layers, int upper, BitSet reached, BitSet targets) {
    RankedLayer below = layers.get(upper - 1), layer = layers.get(upper);
    Edges found = new Edges();
    for (Number each : layer.channels.subList(0, taken[upper])) {
      int target = each.intValue();
      for (int at = layer.starts[target]; at < layer.starts[target + 1]; at++)
        if (below.places[layer.sources[at]] < taken[upper - 1]) {
          targets.set(target);
          if (reached == null || reached.get(layer.sources[at])) {
            found.sources.add(layer.sources[at]);
            found.targets.add(target);
            found.weights.add(layer.weights[at]);
          }
        }
    }
    return found;
  }
}
