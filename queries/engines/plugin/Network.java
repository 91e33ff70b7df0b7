package summit;

import com.arcadedb.database.Database;
import com.arcadedb.database.RID;
import com.arcadedb.exception.CommandParsingException;
import com.arcadedb.graph.Edge;
import com.arcadedb.graph.Vertex;
import com.arcadedb.graph.Vertex.DIRECTION;
import com.arcadedb.query.sql.executor.WorkGuard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The channels of a class's model and the class's influences between them.
 *
 * <p>Channels have places: lowest layer first, then by index. Channel p has the neighbours others[first[p]] up to, without,
 * others[first[p + 1]], which are in the layers below and above it, and the influences on and of them the same places of
 * weights (pictures).
 */
final class Network {
  final int[] starts; // place of each layer's first channel, and the number of channels
  final String[] ids;
  final boolean[] members; // false for an excluded channel
  final long[] counts; // pictures; 0 for an excluded channel
  final int[] first;
  int[] others;
  double[] weights;

  private Network(int[] sizes) {
    starts = new int[sizes.length + 1];
    for (int layer = 0; layer < sizes.length; layer++)
      starts[layer + 1] = starts[layer] + sizes[layer];
    int channels = starts[sizes.length];
    ids = new String[channels];
    members = new boolean[channels];
    counts = new long[channels];
    first = new int[channels + 1];
  }

  /**
   * What a class has in the database.
   *
   * @throws CommandParsingException where its adjacency does not fit its model's layers (the engine passes its message on)
   */
  static Network read(Vertex imageClass, String counted, WorkGuard guard) {
    String name = imageClass.getString("id");
    Vertex model = imageClass.getVertices(DIRECTION.OUT, "OF_MODEL").iterator().next();
    List<List<Vertex>> layers = new ArrayList<>();
    for (Vertex layer : inOrder(ofType("Layer", model, "OF_MODEL"), "index", "layers of " + name))
      layers.add(inOrder(ofType("Channel", layer, "OF_LAYER"), "index", "channels of " + layer.getString("id")));
    guard.check();

    Network network = new Network(layers.stream().mapToInt(List::size).toArray());
    network.readChannels(layers, imageClass, counted);
    guard.check();
    List<Vertex> tables = new ArrayList<>();
    imageClass.getVertices(DIRECTION.OUT, "HAS_ADJACENCY").forEach(tables::add);
    tables = inOrder(tables, "layer_index", "adjacency of " + name);
    if (tables.size() != layers.size())
      throw new CommandParsingException(
          "the adjacency of " + name + " has " + tables.size() + " layers of " + layers.size() + "; `summit load RUN` writes it again");
    network.readInfluences(tables);
    return network;
  }

  private void readChannels(List<List<Vertex>> layers, Vertex imageClass, String counted) {
    Map<RID, Integer> places = new HashMap<>();
    for (List<Vertex> layer : layers)
      for (Vertex channel : layer) {
        int place = places.size();
        places.put(channel.getIdentity(), place);
        ids[place] = channel.getString("id");
        members[place] = !Boolean.TRUE.equals(channel.get("excluded"));
      }
    for (Edge edge : imageClass.getEdges(DIRECTION.OUT, counted)) {
      Integer place = places.get(edge.getIn());
      if (place != null && members[place])
        counts[place] += edge.getLong("count");
    }
  }

  private void readInfluences(List<Vertex> tables) {
    List<Side> below = new ArrayList<>(), above = new ArrayList<>();
    int total = 0;
    for (int layer = 0; layer < tables.size(); layer++) {
      Vertex table = tables.get(layer);
      below.add(new Side(table, "in_starts", "in_sources", "in_weights", size(layer), size(layer - 1)));
      above.add(new Side(table, "out_starts", "out_targets", "out_weights", size(layer), size(layer + 1)));
      total += below.get(layer).others.length + above.get(layer).others.length;
    }
    others = new int[total];
    weights = new double[total];
    int end = 0;
    for (int layer = 0; layer < tables.size(); layer++)
      for (int place = starts[layer]; place < starts[layer + 1]; place++) {
        end = append(below.get(layer), place - starts[layer], layer - 1, end);
        end = append(above.get(layer), place - starts[layer], layer + 1, end);
        first[place + 1] = end;
      }
  }

  /** Channels of a layer, 0 of one that is not there. */
  private int size(int layer) {
    return layer < 0 || layer + 1 >= starts.length ? 0 : starts[layer + 1] - starts[layer];
  }

  /** Put the neighbours of a channel in one layer behind those before; the end of them. */
  private int append(Side side, int channel, int layer, int end) {
    for (int at = side.starts[channel]; at < side.starts[channel + 1]; at++) {
      others[end] = starts[layer] + side.others[at];
      weights[end++] = side.weights[at];
    }
    return end;
  }

  /** The neighbours of a layer's channels in the layer below or above, as an Adjacency node has them. */
  private static final class Side {
    final int[] starts, others, weights;

    Side(Vertex table, String starts, String others, String weights, int channels, int neighbours) {
      this.starts = Reading.integers(table, starts);
      this.others = Reading.integers(table, others);
      this.weights = Reading.integers(table, weights);
      if (!fits(channels, neighbours))
        throw new CommandParsingException("the adjacency of " + table.getString("id") + " does not fit the layers: " + starts
            + ", " + others + " and " + weights + " are damaged; `summit db check` names the command that writes them again");
    }

    private boolean fits(int channels, int neighbours) {
      boolean whole = starts.length == channels + 1 && starts[0] == 0 && starts[channels] == others.length
          && weights.length == others.length;
      for (int channel = 0; whole && channel < channels; channel++)
        whole = starts[channel] <= starts[channel + 1];
      for (int at = 0; whole && at < others.length; at++)
        whole = others[at] >= 0 && others[at] < neighbours && weights[at] > 0;
      return whole;
    }
  }

  /** The nodes with one label that lead to a node. */
  private static List<Vertex> ofType(String label, Vertex node, String type) {
    Database database = node.getDatabase();
    List<Vertex> found = new ArrayList<>();
    for (RID each : node.getConnectedVertexRIDs(DIRECTION.IN, type))
      if (database.getSchema().getTypeByBucketId(each.getBucketId()).instanceOf(label))
        found.add(each.asVertex(true));
    return found;
  }

  /** Nodes by a property that numbers them from 0; refused where it does not. Each is read once, which a sort would not do. */
  private static List<Vertex> inOrder(List<Vertex> nodes, String property, String what) {
    Vertex[] ordered = new Vertex[nodes.size()];
    for (Vertex node : nodes) {
      Integer place = node.getInteger(property);
      if (place == null || place < 0 || place >= ordered.length || ordered[place] != null)
        throw new CommandParsingException("the " + what + " are not numbered from 0 to " + (ordered.length - 1)
            + "; `summit db check` says what is damaged");
      ordered[place] = node;
    }
    return Arrays.asList(ordered);
  }
}
