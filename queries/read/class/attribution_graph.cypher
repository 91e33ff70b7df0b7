// about:   A class's stored attribution graph in one row: its channels (highest layer first, strongest channel first), its
//          edges (strongest first) and how it was cut.
// params:  class: string
// returns: channels: list<string>, counts: list<int>, pageranks: list<float>, sources: list<string>,
//          targets: list<string>, weights: list<int>, kinds: list<string>?, probabilities: list<float>?,
//          edge_probabilities: list<float>?, threshold: float?, unified: bool?, step: float?, dead_ends: bool?,
//          thresholds: list<float>?, damping: float?, variant: string?, replicates: int?, no_probability: string?,
//          outside: list<string>?, outside_probabilities: list<float>?, counted: bool, seal: string?
// units:   counts and weights are numbers of pictures, pageranks shares of 1 over the whole network, thresholds
//          percents as in graph_origin, kinds of edges those of class_edges; null where they are not known. probabilities
//          of channels and edge_probabilities are shares of the replicates (resamples of the pictures, docs/truth.md)
//          whose graphs have them; outside are channels that only graphs of replicates have. All are null where they are not
//          known, for the reason in no_probability where one was written. counted: whether the class has counts. While a graph
//          is replaced, a database may return half of the old one and half of the new; such an answer does not have
//          the seal's digest (queries/graphs/stored.py, which asks again)
// example: class=summit-inceptionv1/294
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id = $class // first and not in a subquery, where ArcadeDB does not see that an index has it
WITH source.id AS source, target.id AS target, edge.weight AS weight, edge.probability AS probability,
     CASE WHEN source.index IN target.skip_sources THEN 'SKIP'
          WHEN source.index IN target.both_sources THEN 'BOTH'
          WHEN target.skips IS NOT NULL THEN 'CONVOLUTION' END AS kind
ORDER BY weight DESC, source, target
WITH collect(source) AS sources, collect(target) AS targets, collect(weight) AS weights,
     collect(kind) AS known, collect(probability) AS likely
WITH sources, targets, weights, CASE WHEN size(known) = size(sources) THEN known END AS kinds,
     CASE WHEN size(likely) = size(sources) THEN likely END AS edge_probabilities
MATCH (class:ImageClass {id: $class})
CALL (class) {
  MATCH (class)-[vertex:HAS_CHANNEL]->(channel:Channel)
  WITH channel.id AS channel, channel.layer_index AS height, channel.index AS index, vertex.count AS count,
       vertex.pagerank AS pagerank, vertex.probability AS probability
  ORDER BY height DESC, pagerank DESC, index
  RETURN collect(channel) AS channels, collect(count) AS counts, collect(pagerank) AS pageranks,
         collect(probability) AS likely
}
RETURN channels AS channels, counts AS counts, pageranks AS pageranks, sources AS sources, targets AS targets,
       weights AS weights, kinds AS kinds, CASE WHEN size(likely) = size(channels) THEN likely END AS probabilities,
       edge_probabilities AS edge_probabilities, class.graph_threshold AS threshold, class.graph_unified AS unified,
       class.graph_step AS step, class.graph_dead_ends AS dead_ends, class.graph_thresholds AS thresholds,
       class.graph_damping AS damping, class.graph_variant AS variant, class.graph_replicates AS replicates,
       class.graph_no_probability AS no_probability, class.graph_outside AS outside,
       class.graph_outside_probabilities AS outside_probabilities, class.counts_digest IS NOT NULL AS counted,
       class.graph_seal AS seal
