// about:   The attribution graph of some of a class's pictures, whole, as scored_graph tells one of the class.
// params:  class: string, score: string, subset: string
// returns: channels: list<string>, counts: list<int>, pageranks: list<float>, sources: list<string>,
//          targets: list<string>, weights: list<int>, probabilities: list<float>?, edge_probabilities: list<float>?,
//          threshold: float, unified: bool, step: float, dead_ends: bool, thresholds: list<float>, damping: float,
//          variant: string, replicates: int?, no_probability: string?, counted: bool, seal: string?, pictures: int
// units:   the score is activation or attribution; the subset is wrong, right, predicted:OUTPUT, list:NAME, or one of the two
//          latter with "not " before it, for the other pictures (class_subsets tells which there are); counts and weights are
//          numbers of its pictures; no row where there is no such graph
// example: class=sample/0 score=activation subset=wrong
MATCH (class:ImageClass {id: $class})-[:HAS_SUBSET]->(graph:SubsetGraph)
WHERE graph.score = $score AND graph.subset = $subset
RETURN graph.channels AS channels, graph.counts AS counts, graph.pageranks AS pageranks, graph.sources AS sources,
       graph.targets AS targets, graph.weights AS weights, graph.probabilities AS probabilities,
       graph.edge_probabilities AS edge_probabilities, graph.graph_threshold AS threshold,
       graph.graph_unified AS unified, graph.graph_step AS step, graph.graph_dead_ends AS dead_ends,
       graph.graph_thresholds AS thresholds, graph.graph_damping AS damping, graph.graph_variant AS variant,
       graph.graph_replicates AS replicates, graph.graph_no_probability AS no_probability,
       class.counts_digest IS NOT NULL AS counted, graph.graph_seal AS seal, graph.pictures AS pictures
