// about:   The graphs of subsets of a model's classes: what they were made from, and whether they are whole.
// params:  model: string
// returns: class: string, score: string, subset: string, graph: string?, seal: string?, vertex_count: int?, edge_count: int?,
//          vertices: int?, edges: int?
// units:   graph is a digest of the source, null where it is damaged; seal is a digest of what is stored; vertices and edges
//          are there now, vertex_count and edge_count were written
// example: model=sample
MATCH (class:ImageClass {model: $model})-[:HAS_SUBSET]->(graph:SubsetGraph)
RETURN class.id AS class, graph.score AS score, graph.subset AS subset, graph.graph_digest AS graph,
       graph.graph_seal AS seal, graph.vertex_count AS vertex_count, graph.edge_count AS edge_count,
       size(graph.channels) AS vertices, size(graph.sources) AS edges
ORDER BY class, score, subset
