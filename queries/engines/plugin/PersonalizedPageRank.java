package summit;

import com.arcadedb.exception.CommandParsingException;
import com.arcadedb.graph.Vertex;
import com.arcadedb.query.opencypher.procedures.CypherProcedure;
import com.arcadedb.query.sql.executor.CommandContext;
import com.arcadedb.query.sql.executor.Result;
import com.arcadedb.query.sql.executor.ResultInternal;
import com.arcadedb.query.sql.executor.WorkGuard;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * summit.personalizedPageRank(class, counts, damping, tolerance, steps): the walk of the stored query
 * personalized_pagerank, one row for each channel that is not excluded, lowest layer first, then by index.
 *
 * <p>It reads what the class has and writes nothing. Its work is bounded by the class's influences and by MOST_STEPS, and
 * it ends when the statement's time is over or the statement is terminated.
 */
public final class PersonalizedPageRank implements CypherProcedure {
  static final String NAME = "summit.personalizedPageRank";
  static final Set<String> COUNTS = Set.of("ACTIVATES", "ATTRIBUTED_TO");
  static final int MOST_STEPS = 1000;

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public int getMinArgs() {
    return 5;
  }

  @Override
  public int getMaxArgs() {
    return 5;
  }

  @Override
  public String getDescription() {
    return "Personalized PageRank of every channel along the influences of an ImageClass that has compact adjacency";
  }

  @Override
  public List<String> getYieldFields() {
    return List.of("channel", "pagerank", "count");
  }

  @Override
  public boolean isWriteProcedure() {
    return false;
  }

  @Override
  public Stream<Result> execute(Object[] arguments, Result row, CommandContext context) {
    validateArgs(arguments);
    Vertex imageClass = Reading.node(arguments[0], "ImageClass", NAME, "class");
    if (!(arguments[1] instanceof String counts) || !COUNTS.contains(counts))
      throw new CommandParsingException(NAME + ": counts is " + arguments[1] + "; expected ACTIVATES or ATTRIBUTED_TO");
    double damping = Reading.number(arguments[2], NAME, "damping"), tolerance = Reading.number(arguments[3], NAME, "tolerance");
    if (!(damping >= 0 && damping < 1))
      throw new CommandParsingException(NAME + ": damping is " + damping + "; expected 0 to below 1");
    if (!(tolerance >= 0))
      throw new CommandParsingException(NAME + ": tolerance is " + tolerance + "; expected 0 or more");
    int steps = (int) Math.min(Reading.number(arguments[4], NAME, "steps"), MOST_STEPS);

    WorkGuard guard = WorkGuard.forCommand(context, NAME);
    Network network = Network.read(imageClass, counts, guard);
    double[] ranks = new Walk(network, damping).ranks(tolerance, steps, guard);
    return IntStream.range(0, ranks.length)
        .filter(place -> network.members[place])
        .mapToObj(place -> new ResultInternal()
            .setProperty("channel", network.ids[place])
            .setProperty("pagerank", ranks[place])
            .setProperty("count", network.counts[place]));
  }
}
