// about:   The graphs of subsets of a model's classes: what they were made from, how they are described, and whether they are whole.
// params:  model: string
// returns: class: string, id: string, score: string, subset: string, graph: string?, seal: string?, subset_seal: string?,
//          vertex_count: int?, edge_count: int?, vertices: int?, edges: int?, pictures: int?, rest: string?,
//          rest_pictures: int?, splits: int?, seed: int?, difference_what: list<string>?, difference_layers: list<string>?,
//          difference_jaccard: list<float>?, difference_mean: list<float>?, difference_low: list<float>?,
//          difference_high: list<float>?
// units:   graph is a digest of the source, null where it is damaged; seal is a digest of the graph that is stored, and
//          subset_seal of all that describes it; vertices and edges are there now, vertex_count and edge_count were
//          written; the others are as in class_subsets
// example: model=sample
MATCH (class:ImageClass {model: $model})-[:HAS_SUBSET]->(graph:SubsetGraph)
RETURN class.id AS class, graph.id AS id, graph.score AS score, graph.subset AS subset, graph.graph_digest AS graph,
       graph.graph_seal AS seal, graph.subset_seal AS subset_seal, graph.vertex_count AS vertex_count,
       graph.edge_count AS edge_count, size(graph.channels) AS vertices, size(graph.sources) AS edges,
       graph.pictures AS pictures, graph.rest AS rest, graph.rest_pictures AS rest_pictures, graph.splits AS splits,
       graph.seed AS seed, graph.difference_what AS difference_what, graph.difference_layers AS difference_layers,
       graph.difference_jaccard AS difference_jaccard, graph.difference_mean AS difference_mean,
       graph.difference_low AS difference_low, graph.difference_high AS difference_high
ORDER BY class, score, subset
