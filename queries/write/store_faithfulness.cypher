// about:   Keep what a check found about a class's graph, one LayerFaithfulness node per layer, in place of what earlier checks
//          found about its graphs by the same score.
// params:  class: string, score: string, rows: list<map>
// returns: nothing
// units:   rows hold id, class_id, score, graph_digest (of the graph that was checked), layer, layer_index, and what
//          class_faithfulness returns; a node of an earlier check keeps no digest, so that nothing reads it any more
MATCH (class:ImageClass {id: $class})
OPTIONAL MATCH (class)-[:HAS_FAITHFULNESS]->(earlier:LayerFaithfulness)
WHERE earlier.score = $score
SET earlier.graph_digest = null
WITH DISTINCT class
UNWIND $rows AS row
MERGE (found:LayerFaithfulness {id: row.id})
SET found += row
MERGE (class)-[:HAS_FAITHFULNESS]->(found)
