// about:   Keep what a probe found about each layer of a model, one LayerProbe node per layer, in place of what an earlier one
//          found.
// params:  model: string, rows: list<map>
// returns: nothing
// units:   rows hold id, layer_index, and what layer_probes returns; a layer of an earlier probe that is not in the rows keeps
//          no layer_index, so that nothing reads it any more
MATCH (model:Model {id: $model})
OPTIONAL MATCH (model)-[:HAS_PROBE]->(earlier:LayerProbe)
SET earlier.layer_index = null
WITH DISTINCT model
UNWIND $rows AS row
MERGE (found:LayerProbe {id: row.id})
SET found += row
MERGE (model)-[:HAS_PROBE]->(found)
