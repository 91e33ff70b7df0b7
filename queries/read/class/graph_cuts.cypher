// about:   How the attribution graphs of some classes by a score were cut, and what the PageRank that is kept was made from.
// params:  classes: list<string>, score: string
// returns: class: string, threshold: float?, damping: float?, pagerank: string?, seal: string?
// units:   the score is activation or attribution; threshold is a percent of the PageRank of a layer, or of the network;
//          null where there is no such graph, or where its file does not say. pagerank is a digest of the source, null where no
//          PageRank is kept; seal is one of the graph
// example: classes=sample/0,sample/1 score=activation
UNWIND $classes AS wanted
MATCH (held:ImageClass {id: wanted})
OPTIONAL MATCH (held)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = $score
RETURN held.id AS class,
       CASE WHEN $score = 'activation' THEN held.graph_threshold ELSE graph.graph_threshold END AS threshold,
       CASE WHEN $score = 'activation' THEN held.graph_damping ELSE graph.graph_damping END AS damping,
       CASE WHEN $score = 'activation' THEN held.pagerank_digest ELSE graph.pagerank_digest END AS pagerank,
       CASE WHEN $score = 'activation' THEN held.graph_seal ELSE graph.graph_seal END AS seal
ORDER BY class
