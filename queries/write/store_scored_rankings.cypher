// about:   Store a class's personalized PageRank by a score other than activation, as store_rankings does by activation: on the
//          ScoredGraph node of the class and the score, which is created where it is not there. Rows hold id, class_id, layer,
//          layer_index and the lists of a LayerRanking; properties say what it was computed from.
// params:  class: string, graph: string, score: string, properties: map, rows: list<map>
// returns: nothing
MATCH (class:ImageClass {id: $class})
MERGE (graph:ScoredGraph {id: $graph})
SET graph.class_id = $class, graph.score = $score, graph += $properties
MERGE (class)-[:HAS_GRAPH]->(graph)
WITH graph
UNWIND $rows AS row
MERGE (ranking:ScoredRanking {id: row.id})
SET ranking += row
MERGE (graph)-[:HAS_RANKING]->(ranking)
