package summit;

import com.arcadedb.query.sql.executor.WorkGuard;

/**
 * A random walk along influences, in either direction, chosen by weight, that restarts with probability 1 - damping.
 *
 * <p>Influences join neighbouring layers, so a walk is at an even layer and at an odd one in turn. With y = rank / root(degree)
 * and B = damping * weight / root(degree) / root(the other's degree), the even half solves (1 - B B') y = start + B start',
 * which is symmetric and positive definite: conjugate gradients, as in the portable form of the stored query.
 */
final class Walk {
  private static final double LEAST_SQUARE = 1e-290; // of a residual; numbers below are no longer kept to all their digits

  private final Network network;
  private final int channels;
  private final boolean[] even;
  private final double[] restarts; // of each channel, to be divided by the sum of all
  private final double[] roots; // of the degrees: summed weights
  private final double[] shares; // B, aligned with network.others

  Walk(Network network, double damping) {
    this.network = network;
    channels = network.ids.length;
    even = new boolean[channels];
    restarts = restarts(network);
    roots = new double[channels];
    for (int layer = 0; layer < network.starts.length - 1; layer++)
      for (int place = network.starts[layer]; place < network.starts[layer + 1]; place++) {
        even[place] = layer % 2 == 0;
        double degree = 0;
        for (int at = network.first[place]; at < network.first[place + 1]; at++)
          degree += network.weights[at];
        roots[place] = Math.sqrt(degree);
      }
    shares = new double[network.others.length];
    for (int place = 0; place < channels; place++)
      for (int at = network.first[place]; at < network.first[place + 1]; at++)
        shares[at] = damping * network.weights[at] / roots[place] / roots[network.others[at]];
  }

  /** Counts as shares of each layer's highest, or 1 for every channel where there are no counts. */
  private static double[] restarts(Network network) {
    double[] found = new double[network.ids.length];
    boolean anything = false;
    for (int layer = 0; layer < network.starts.length - 1; layer++) {
      double most = 0;
      for (int place = network.starts[layer]; place < network.starts[layer + 1]; place++)
        most = Math.max(most, network.counts[place]);
      for (int place = network.starts[layer]; most > 0 && place < network.starts[layer + 1]; place++)
        found[place] = network.counts[place] / most;
      anything |= most > 0;
    }
    for (int place = 0; !anything && place < found.length; place++)
      found[place] = network.members[place] ? 1 : 0;
    return found;
  }

  /** Each channel's share of the walk, at most `tolerance` off in all, by at most `steps` steps. */
  double[] ranks(double tolerance, int steps, WorkGuard guard) {
    double[] known = new double[channels];
    for (int place = 0; place < channels; place++)
      known[place] = roots[place] > 0 ? restarts[place] / roots[place] : 0;
    double[] rest = new double[channels];
    spread(known, known, 1, true, rest);

    double[] found = new double[channels], way = rest.clone(), across = new double[channels], image = new double[channels];
    double square = dot(rest, rest), enough = enough(tolerance);
    for (int step = 0; step < steps && square > enough; step++) {
      guard.check();
      spread(null, way, 1, false, across);
      spread(way, across, -1, true, image);
      double bottom = dot(way, image);
      if (!(bottom > 0)) // nothing but rounding is left
        break;
      double length = square / bottom;
      for (int place = 0; place < channels; place++) {
        found[place] += length * way[place];
        rest[place] -= length * image[place];
      }
      double before = square;
      square = dot(rest, rest);
      for (int place = 0; place < channels; place++)
        way[place] = rest[place] + square / before * way[place];
    }
    spread(known, found, 1, false, found);
    return shared(found);
  }

  /** For the channels of one half, what they have themselves and `sign` times the shares of their neighbours, into `sums`. */
  private void spread(double[] own, double[] values, int sign, boolean ofEven, double[] sums) {
    for (int place = 0; place < channels; place++)
      if (even[place] == ofEven && roots[place] > 0) {
        double sum = 0;
        for (int at = network.first[place]; at < network.first[place + 1]; at++)
          sum += shares[at] * values[network.others[at]];
        sums[place] = (own == null ? 0 : own[place]) + sign * sum;
      }
  }

  /** The square of the residual at which the summed error of all ranks is within the tolerance. */
  private double enough(double tolerance) {
    double walking = 0, degrees = 1e-300;
    for (int place = 0; place < channels; place++) {
      walking += roots[place] > 0 ? restarts[place] : 0;
      degrees += even[place] ? roots[place] * roots[place] : 0;
    }
    return LEAST_SQUARE + tolerance * tolerance * walking * walking / degrees;
  }

  /** Ranks from what was solved for; a channel without influences keeps the walks that start there. */
  private double[] shared(double[] found) {
    double[] ranks = new double[channels];
    double total = 0;
    for (int place = 0; place < channels; place++) {
      ranks[place] = roots[place] > 0 ? roots[place] * found[place] : restarts[place];
      total += ranks[place];
    }
    for (int place = 0; place < channels; place++)
      ranks[place] /= total;
    return ranks;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int place = 0; place < one.length; place++)
      sum += one[place] * other[place];
    return sum;
  }
}
