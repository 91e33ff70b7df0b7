// about:   What each class's counts, PageRank and attribution graph were made from, for the classes of a model.
// params:  model: string
// returns: class: string, index: int, counts: string?, pagerank: string?, graph: string?
// units:   equal digests mean an equal source; null where there is nothing
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})
RETURN class.id AS class, class.index AS index, class.counts_digest AS counts, class.pagerank_digest AS pagerank,
       class.graph_digest AS graph
ORDER BY index
