// about:   A class's stored attribution graph in one row: its channels (highest layer first, strongest channel first), its
//          edges (strongest first) and how it was cut.
// params:  class: string
// returns: channels: list<string>, counts: list<int>, pageranks: list<float>, sources: list<string>,
//          targets: list<string>, weights: list<int>, threshold: float?, unified: bool?, step: float?, dead_ends: bool?,
//          thresholds: list<float>?, damping: float?, variant: string?, seal: string?
// units:   counts and weights are numbers of pictures, pageranks shares of 1 over the whole network, thresholds
//          percents as in graph_origin. While a graph is replaced, a database may return half of the old one and half
//          of the new; such an answer does not have the seal's digest (queries/graphs/stored.py, which asks again)
// example: class=summit-inceptionv1/294
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id = $class // first and not in a subquery, where ArcadeDB does not see that an index has it
WITH source.id AS source, target.id AS target, edge.weight AS weight
ORDER BY weight DESC, source, target
WITH collect(source) AS sources, collect(target) AS targets, collect(weight) AS weights
MATCH (class:ImageClass {id: $class})
CALL (class) {
  MATCH (class)-[vertex:HAS_CHANNEL]->(channel:Channel)
  WITH channel.id AS channel, channel.layer_index AS height, channel.index AS index, vertex.count AS count,
       vertex.pagerank AS pagerank
  ORDER BY height DESC, pagerank DESC, index
  RETURN collect(channel) AS channels, collect(count) AS counts, collect(pagerank) AS pageranks
}
RETURN channels AS channels, counts AS counts, pageranks AS pageranks, sources AS sources, targets AS targets,
       weights AS weights, class.graph_threshold AS threshold, class.graph_unified AS unified, class.graph_step AS step,
       class.graph_dead_ends AS dead_ends, class.graph_thresholds AS thresholds, class.graph_damping AS damping,
       class.graph_variant AS variant, class.graph_seal AS seal
