// about:   What each class's counts, PageRank and attribution graph were made from, for the classes of a model.
// params:  model: string
// returns: class: string, index: int, counts: string?, pagerank: string?, graph: string?, activations: int?,
//          influenced: int?, attributions: int?, vertices: int?, edges: int?, replicates: int?,
//          no_probability: string?, seal: string?, attribution_seal: string?, contributions: int?
// units:   equal digests mean an equal source; null where there is nothing. activations, influenced (channels that have
//          influences on them), attributions, vertices and edges are the totals that were written with them, null where an
//          earlier version wrote them; attributions also where the class has none. replicates is how many
//          resamples the probabilities in the graph are shares of, null where it has none, for the reason in no_probability
//          where one was written. seal is a digest of A and I, attribution_seal of R; contributions is how many were
//          written to the class's score, null where that was none, or where they are marked as damaged
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})
RETURN class.id AS class, class.index AS index, class.counts_digest AS counts, class.pagerank_digest AS pagerank,
       class.graph_digest AS graph, class.activation_count AS activations, class.influenced_count AS influenced,
       class.attribution_count AS attributions, class.vertex_count AS vertices, class.edge_count AS edges,
       class.graph_replicates AS replicates, class.graph_no_probability AS no_probability,
       class.counts_seal AS seal, class.attribution_seal AS attribution_seal, class.contribution_count AS contributions
ORDER BY index
