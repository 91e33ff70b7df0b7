// about:   What each class's counts, PageRank and attribution graph were made from, for the classes of a model.
// params:  model: string
// returns: class: string, index: int, counts: string?, pagerank: string?, graph: string?, activations: int?, vertices: int?,
//          edges: int?
// units:   equal digests mean an equal source; null where there is nothing. activations, vertices and edges are the totals
//          that were written with them, null where an earlier version wrote them
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})
RETURN class.id AS class, class.index AS index, class.counts_digest AS counts, class.pagerank_digest AS pagerank,
       class.graph_digest AS graph, class.activation_count AS activations, class.vertex_count AS vertices,
       class.edge_count AS edges
ORDER BY index
