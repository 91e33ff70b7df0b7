// about:   A class's attribution graph by a score other than activation, whole, with what attribution_graph tells of the one by
//          activation, in the same order.
// params:  class: string, score: string
// returns: channels: list<string>?, counts: list<int>?, pageranks: list<float>?, sources: list<string>?,
//          targets: list<string>?, weights: list<int>?, probabilities: list<float>?, edge_probabilities: list<float>?,
//          threshold: float?, unified: bool?, step: float?, dead_ends: bool?, thresholds: list<float>?, damping: float?,
//          variant: string?, replicates: int?, no_probability: string?, outside: list<string>?,
//          outside_probabilities: list<float>?, counted: bool, seal: string?, probability_seal: string?,
//          outside_seal: string?, attributions: int?
// units:   the score is attribution; counts (of R) and weights are numbers of pictures; all but counted (whether the class has
//          counts) and attributions, the number of channels that it has attribution counts for, is null where there is no such
//          graph
// example: class=sample/0 score=attribution
MATCH (class:ImageClass {id: $class})
OPTIONAL MATCH (class)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = $score
RETURN graph.channels AS channels, graph.counts AS counts, graph.pageranks AS pageranks, graph.sources AS sources,
       graph.targets AS targets, graph.weights AS weights, graph.probabilities AS probabilities,
       graph.edge_probabilities AS edge_probabilities, graph.graph_threshold AS threshold,
       graph.graph_unified AS unified, graph.graph_step AS step, graph.graph_dead_ends AS dead_ends,
       graph.graph_thresholds AS thresholds, graph.graph_damping AS damping, graph.graph_variant AS variant,
       graph.graph_replicates AS replicates, graph.graph_no_probability AS no_probability, graph.graph_outside AS outside,
       graph.graph_outside_probabilities AS outside_probabilities, class.counts_digest IS NOT NULL AS counted,
       graph.graph_seal AS seal, graph.graph_probability_seal AS probability_seal,
       graph.graph_outside_seal AS outside_seal, class.attribution_count AS attributions
