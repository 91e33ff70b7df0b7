// about:   Store a class's personalized PageRank: the channels of each layer by PageRank, so that an attribution graph
//          at any threshold is a prefix of each. Rows hold id, class_id, layer, layer_index and the lists of a
//          LayerRanking (queries/graphs/ranking.py); properties say what it was computed from.
// params:  class: string, properties: map, rows: list<map>
// returns: nothing
MATCH (class:ImageClass {id: $class})
SET class += $properties
WITH class
UNWIND $rows AS row
MERGE (ranking:LayerRanking {id: row.id})
SET ranking += row
MERGE (class)-[:HAS_RANKING]->(ranking)
