// about:   Of how many resamples of their pictures some classes have graphs by a score, what channels only those graphs have, and
//          the probabilities in the class's own graph where that is by another score than activation. graph_vertices and
//          graph_edges have those by activation.
// params:  classes: list<string>, score: string
// returns: class: string, replicates: int?, outside: list<string>?, outside_probabilities: list<float>?,
//          channels: list<string>?, probabilities: list<float>?, sources: list<string>?, targets: list<string>?,
//          edge_probabilities: list<float>?, probability_seal: string?, outside_seal: string?
// units:   the score is activation or attribution; probabilities as in attribution_graph. All but class are null where the graph has
//          no probabilities, and columns of channels and edges where it is by activation. The seals are digests of
//          the probabilities that were written (queries/graphs/stored.py)
// example: classes=sample/0,sample/1 score=activation
UNWIND $classes AS wanted
MATCH (held:ImageClass {id: wanted})
OPTIONAL MATCH (held)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = $score AND graph.graph_replicates IS NOT NULL
WITH held, graph, $score = 'activation' AND held.graph_replicates IS NOT NULL AS known
RETURN held.id AS class, CASE WHEN known THEN held.graph_replicates ELSE graph.graph_replicates END AS replicates,
       CASE WHEN known THEN held.graph_outside ELSE graph.graph_outside END AS outside,
       CASE WHEN known THEN held.graph_outside_probabilities ELSE graph.graph_outside_probabilities END
         AS outside_probabilities,
       graph.channels AS channels, graph.probabilities AS probabilities, graph.sources AS sources, graph.targets AS targets,
       graph.edge_probabilities AS edge_probabilities,
       CASE WHEN known THEN held.graph_probability_seal ELSE graph.graph_probability_seal END AS probability_seal,
       CASE WHEN known THEN held.graph_outside_seal ELSE graph.graph_outside_seal END AS outside_seal
ORDER BY class
