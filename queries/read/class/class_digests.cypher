// about:   What each class's counts, PageRank and attribution graph were made from, for the classes of a model.
// params:  model: string
// returns: class: string, index: int, counts: string?, pagerank: string?, graph: string?, activations: int?,
//          influenced: int?, attributions: int?, vertices: int?, edges: int?, replicates: int?,
//          no_probability: string?
// units:   equal digests mean an equal source; null where there is nothing. activations, influenced (channels that have
//          influences on them), attributions, vertices and edges are the totals that were written with them, null where an
//          earlier version wrote them; attributions also where the class has none. replicates is how many
//          resamples the probabilities in the graph are shares of, null where it has none, for the reason in no_probability
//          where one was written
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})
RETURN class.id AS class, class.index AS index, class.counts_digest AS counts, class.pagerank_digest AS pagerank,
       class.graph_digest AS graph, class.activation_count AS activations, class.influenced_count AS influenced,
       class.attribution_count AS attributions, class.vertex_count AS vertices, class.edge_count AS edges,
       class.graph_replicates AS replicates, class.graph_no_probability AS no_probability
ORDER BY index
