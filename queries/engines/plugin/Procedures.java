package summit;

import com.arcadedb.query.opencypher.procedures.CypherProcedure;
import com.arcadedb.query.sql.executor.CommandContext;
import com.arcadedb.query.sql.executor.Result;
import com.arcadedb.query.sql.executor.ResultInternal;
import java.util.List;
import java.util.stream.Stream;

/** summit.procedures(): one row, by which a client knows that Summit Graph's procedures are there, and which. */
public final class Procedures implements CypherProcedure {
  /** To be raised with PROCEDURES in queries/version.py whenever a procedure gets other arguments, columns or results. */
  static final int VERSION = 2;

  @Override
  public String getName() {
    return "summit.procedures";
  }

  @Override
  public int getMinArgs() {
    return 0;
  }

  @Override
  public int getMaxArgs() {
    return 0;
  }

  @Override
  public String getDescription() {
    return "The version of Summit Graph's procedures";
  }

  @Override
  public List<String> getYieldFields() {
    return List.of("version");
  }

  @Override
  public boolean isWriteProcedure() {
    return false;
  }

  @Override
  public Stream<Result> execute(Object[] arguments, Result row, CommandContext context) {
    validateArgs(arguments);
    return Stream.of(new ResultInternal().setProperty("version", VERSION));
  }
}
