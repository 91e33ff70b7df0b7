package summit;

import com.arcadedb.query.opencypher.procedures.CypherProcedureRegistry;
import com.arcadedb.server.ServerPlugin;

/** Makes Summit Graph's procedures known to the engine when its server starts. */
public final class SummitPlugin implements ServerPlugin {
  @Override
  public String getName() {
    return "SummitPlugin";
  }

  @Override
  public void startService() {
    CypherProcedureRegistry.registerOrReplace(new Procedures());
    CypherProcedureRegistry.registerOrReplace(new PersonalizedPageRank());
    CypherProcedureRegistry.registerOrReplace(new AttributionGraph());
  }
}
