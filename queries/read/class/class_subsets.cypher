// about:   The subsets of a class's pictures that have a graph of their own, and how far it differs from the graph of the other
//          pictures, next to random splits of all of them.
// params:  class: string
// returns: subset: string, score: string, pictures: int, rest: string?, rest_pictures: int, splits: int, seed: int,
//          what: list<string>?, layers: list<string>?, jaccard: list<float>?, mean: list<float>?, low: list<float>?,
//          high: list<float>?
// units:   the lists go together: jaccard is the Jaccard index, 0 to 1, of the channels or edges (what) of the two graphs in a
//          layer, of edges the one that they lead to, "" for all layers; mean, low and high are the mean and the 5th and 95th
//          percentile of the same over as many splits, drawn by the seed, of the pictures into two sets of the same sizes.
//          rest is the subset of the other pictures; it and the lists are null where those are too few for a graph
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[:HAS_SUBSET]->(graph:SubsetGraph)
RETURN graph.subset AS subset, graph.score AS score, graph.pictures AS pictures, graph.rest AS rest,
       graph.rest_pictures AS rest_pictures, graph.splits AS splits, graph.seed AS seed, graph.difference_what AS what,
       graph.difference_layers AS layers, graph.difference_jaccard AS jaccard, graph.difference_mean AS mean,
       graph.difference_low AS low, graph.difference_high AS high
ORDER BY score, subset
