// about:   The graphs of a model's classes by scores other than activation: what they were made from, and whether they are whole.
// params:  model: string
// returns: class: string, score: string, pagerank: string?, pagerank_seal: string?, graph: string?, seal: string?,
//          vertex_count: int?, edge_count: int?, vertices: int?, edges: int?, rankings: int,
//          replicates: int?, no_probability: string?
// units:   pagerank and graph are digests of the source, null where there is none or it is damaged; seals are digests of what
//          is stored; vertices and edges are there now, vertex_count and edge_count were written; rankings is a number of layers;
//          replicates and no_probability are those of class_digests
// example: model=sample
MATCH (class:ImageClass {model: $model})-[:HAS_GRAPH]->(graph:ScoredGraph)
OPTIONAL MATCH (graph)-[:HAS_RANKING]->(ranking:ScoredRanking)
WITH class, graph, count(ranking) AS rankings
RETURN class.id AS class, graph.score AS score, graph.pagerank_digest AS pagerank, graph.pagerank_seal AS pagerank_seal,
       graph.graph_digest AS graph, graph.graph_seal AS seal, graph.vertex_count AS vertex_count,
       graph.edge_count AS edge_count, size(graph.channels) AS vertices, size(graph.sources) AS edges,
       rankings AS rankings, graph.graph_replicates AS replicates, graph.graph_no_probability AS no_probability
ORDER BY class, score
