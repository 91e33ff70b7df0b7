package summit;

import com.arcadedb.exception.CommandParsingException;
import com.arcadedb.graph.Vertex;
import com.arcadedb.graph.Vertex.DIRECTION;
import com.arcadedb.query.opencypher.procedures.CypherProcedure;
import com.arcadedb.query.sql.executor.CommandContext;
import com.arcadedb.query.sql.executor.Result;
import com.arcadedb.query.sql.executor.ResultInternal;
import com.arcadedb.query.sql.executor.WorkGuard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * summit.attributionGraph(class, holder, threshold, unified, step, dead_ends): the cut of the stored query
 * extract_attribution_graph, one row a layer, lowest first; none where the holder has no PageRank.
 *
 * <p>The holder has the PageRank: the class itself, or a ScoredGraph of it. The procedure reads what both have and writes
 * nothing; its work is bounded by the class's influences.
 */
public final class AttributionGraph implements CypherProcedure {
  static final String NAME = "summit.attributionGraph";

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public int getMinArgs() {
    return 6;
  }

  @Override
  public int getMaxArgs() {
    return 6;
  }

  @Override
  public String getDescription() {
    return "The attribution graph of an ImageClass, cut from its personalized PageRank at any threshold";
  }

  @Override
  public List<String> getYieldFields() {
    return List.of("layer", "threshold", "channels", "pageranks", "counts", "sources", "targets", "weights");
  }

  @Override
  public boolean isWriteProcedure() {
    return false;
  }

  @Override
  public Stream<Result> execute(Object[] arguments, Result row, CommandContext context) {
    validateArgs(arguments);
    Vertex imageClass = Reading.node(arguments[0], "ImageClass", NAME, "class");
    if (!(arguments[1] instanceof Vertex holder) || !holds(imageClass, holder))
      throw new CommandParsingException(NAME + ": holder is " + nameOf(arguments[1]) + "; expected the class or a ScoredGraph of it");
    double threshold = Reading.number(arguments[2], NAME, "threshold"), step = Reading.number(arguments[4], NAME, "step");
    if (Double.isNaN(threshold))
      throw new CommandParsingException(NAME + ": threshold is not a number; expected percents");
    if (!(step > 0 && step < Double.POSITIVE_INFINITY))
      throw new CommandParsingException(NAME + ": step is " + step + "; expected more than 0");
    boolean unified = flag(arguments[3], "unified"), deadEnds = flag(arguments[5], "dead_ends");

    WorkGuard guard = WorkGuard.forCommand(context, NAME);
    List<RankedLayer> layers = read(imageClass, holder, unified ? "before_in_all" : "before_in_layer", guard);
    Cut cut = new Cut(layers, threshold, unified, step, deadEnds, guard);
    return IntStream.range(0, layers.size()).mapToObj(index -> row(layers.get(index), index, cut));
  }

  private static Result row(RankedLayer layer, int index, Cut cut) {
    int taken = cut.taken[index];
    Cut.Edges edges = cut.edges.get(index);
    return new ResultInternal()
        .setProperty("layer", layer.name)
        .setProperty("threshold", Double.isNaN(cut.thresholds[index]) ? null : cut.thresholds[index])
        .setProperty("channels", layer.channels.subList(0, taken))
        .setProperty("pageranks", layer.pageranks.subList(0, taken))
        .setProperty("counts", layer.counts.subList(0, taken))
        .setProperty("sources", edges.sources)
        .setProperty("targets", edges.targets)
        .setProperty("weights", edges.weights);
  }

  private static List<RankedLayer> read(Vertex imageClass, Vertex holder, String before, WorkGuard guard) {
    Map<String, Vertex> adjacency = new HashMap<>();
    for (Vertex table : imageClass.getVertices(DIRECTION.OUT, "HAS_ADJACENCY"))
      adjacency.put(table.getString("layer"), table);
    List<RankedLayer> layers = new ArrayList<>();
    for (Vertex ranking : holder.getVertices(DIRECTION.OUT, "HAS_RANKING")) {
      guard.check();
      layers.add(new RankedLayer(ranking, adjacency.get(ranking.getString("layer")), before));
    }
    layers.sort(Comparator.comparingInt(layer -> layer.index));
    if (layers.stream().map(layer -> layer.hasAdjacency).distinct().count() > 1)
      throw new CommandParsingException("the adjacency of " + imageClass.getString("id") + " lacks a layer that has PageRank; "
          + "`summit db check` names the command that writes it again");
    for (int upper = 1; upper < layers.size(); upper++)
      layers.get(upper).requireAbove(layers.get(upper - 1));
    return layers;
  }

  private static Object nameOf(Object value) {
    return value instanceof Vertex node ? node.getString("id") : value;
  }

  private static boolean holds(Vertex imageClass, Vertex holder) {
    if (holder.getIdentity().equals(imageClass.getIdentity()))
      return true;
    for (Vertex graph : imageClass.getVertices(DIRECTION.OUT, "HAS_GRAPH"))
      if (graph.getIdentity().equals(holder.getIdentity()))
        return true;
    return false;
  }

  private static boolean flag(Object value, String name) {
    if (value instanceof Boolean found)
      return found;
    throw new CommandParsingException(NAME + ": " + name + " is " + value + "; expected true or false");
  }
}
