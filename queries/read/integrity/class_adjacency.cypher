// about:   The compact adjacency of a class as it is kept, one row a layer, lowest first.
// params:  class: string
// returns: layer: string, layer_index: int, in_starts: list<int>?, in_sources: list<int>?, in_weights: list<int>?,
//          out_starts: list<int>?, out_targets: list<int>?, out_weights: list<int>?
// units:   as in queries/graphs/adjacency.py
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[:HAS_ADJACENCY]->(adjacency:Adjacency)
WITH adjacency.layer_index AS layer_index, adjacency
ORDER BY layer_index
RETURN adjacency.layer AS layer, layer_index AS layer_index, adjacency.in_starts AS in_starts,
       adjacency.in_sources AS in_sources, adjacency.in_weights AS in_weights, adjacency.out_starts AS out_starts,
       adjacency.out_targets AS out_targets, adjacency.out_weights AS out_weights
ORDER BY layer_index
