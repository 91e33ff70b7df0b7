package summit;

import com.arcadedb.exception.CommandParsingException;
import com.arcadedb.graph.Vertex;
import java.util.List;

/** A layer's channels by personalized PageRank, and the class's influences on them from the layer below. */
final class RankedLayer {
  final String name;
  final int index;
  final List<Number> channels, pageranks, counts; // aligned, highest PageRank first
  final double[] before; // PageRank of the channels before each, in percent
  final int[] places; // by channel: its place in `channels`; of an excluded one, their number
  final boolean hasAdjacency;
  final int[] starts, sources, weights; // influences on channel c: from starts[c] up to, without, starts[c + 1]

  /** adjacency: null where the class has none of the layer. */
  RankedLayer(Vertex ranking, Vertex adjacency, String before) {
    name = ranking.getString("layer");
    Integer height = ranking.getInteger("layer_index");
    index = height == null ? -1 : height;
    channels = ranking.getList("channels");
    pageranks = ranking.getList("pageranks");
    counts = ranking.getList("counts");
    places = Reading.integers(ranking, "places");
    this.before = Reading.numbers(ranking, before);
    hasAdjacency = adjacency != null;
    starts = hasAdjacency ? Reading.integers(adjacency, "in_starts") : new int[places.length + 1];
    sources = hasAdjacency ? Reading.integers(adjacency, "in_sources") : new int[0];
    weights = hasAdjacency ? Reading.integers(adjacency, "in_weights") : new int[0];
    if (!isWhole())
      throw new CommandParsingException("the PageRank and the adjacency of " + ranking.getString("id") + " do not fit each other; "
          + "`summit db check` names the command that writes them again");
  }

  private boolean isWhole() {
    int ranked = this.before.length;
    boolean whole = index >= 0 && channels != null && pageranks != null && counts != null && channels.size() == ranked
        && pageranks.size() == ranked && counts.size() == ranked && starts.length == places.length + 1 && starts[0] == 0
        && starts[places.length] == sources.length && weights.length == sources.length;
    for (int channel = 0; whole && channel < places.length; channel++)
      whole = starts[channel] <= starts[channel + 1] && places[channel] >= 0;
    for (int place = 0; whole && place < ranked; place++)
      whole = channels.get(place).intValue() >= 0 && channels.get(place).intValue() < places.length;
    return whole;
  }

  /** Refuses influences from channels that the layer below does not have. */
  void requireAbove(RankedLayer below) {
    for (int source : sources)
      if (source < 0 || source >= below.places.length)
        throw new CommandParsingException("the adjacency of " + name + " names channel " + source + " of " + below.name
            + ", which has " + below.places.length + "; `summit db check` names the command that writes it again");
  }

  /** How many channels are taken at a threshold. */
  int taken(double threshold) {
    int taken = 0;
    for (double each : before)
      if (each < threshold)
        taken++;
    return taken;
  }
}
