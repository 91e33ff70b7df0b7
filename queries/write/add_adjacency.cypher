// about:   Add the compact adjacency of a class, one row a layer (queries/graphs/adjacency.py): a copy of its influences in lists
//          that PageRank and extraction read at once.
// params:  class: string, rows: list<map>
// returns: nothing
// units:   starts are places in the lists beside them, sources and targets channel indexes, weights numbers of pictures
MATCH (class:ImageClass {id: $class})
UNWIND $rows AS row
CREATE (class)-[:HAS_ADJACENCY]->(:Adjacency {
  id: row.id, class_id: row.class_id, layer: row.layer, layer_index: row.layer_index,
  in_starts: row.in_starts, in_sources: row.in_sources, in_weights: row.in_weights,
  out_starts: row.out_starts, out_targets: row.out_targets, out_weights: row.out_weights
})
