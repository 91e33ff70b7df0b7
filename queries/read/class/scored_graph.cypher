// about:   A class's attribution graph by a score other than activation, whole, with what attribution_graph tells of the one by
//          activation, in the same order.
// params:  class: string, score: string
// returns: channels: list<string>?, counts: list<int>?, pageranks: list<float>?, sources: list<string>?,
//          targets: list<string>?, weights: list<int>?, threshold: float?, unified: bool?, step: float?, dead_ends: bool?,
//          thresholds: list<float>?, damping: float?, variant: string?, seal: string?, attributions: int?
// units:   the score is attribution; counts (of R) and weights are numbers of pictures; all but attributions, the number of
//          channels that the class has attribution counts for, is null where there is no such graph
// example: class=sample/0 score=attribution
MATCH (class:ImageClass {id: $class})
OPTIONAL MATCH (class)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = $score
RETURN graph.channels AS channels, graph.counts AS counts, graph.pageranks AS pageranks, graph.sources AS sources,
       graph.targets AS targets, graph.weights AS weights, graph.graph_threshold AS threshold,
       graph.graph_unified AS unified, graph.graph_step AS step, graph.graph_dead_ends AS dead_ends,
       graph.graph_thresholds AS thresholds, graph.graph_damping AS damping, graph.graph_variant AS variant,
       graph.graph_seal AS seal, class.attribution_count AS attributions
