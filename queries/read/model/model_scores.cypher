// about:   How many of a model's classes have an attribution graph by each score, and of how many of these graphs `summit check`
//          has measured what the class loses without its channels.
// params:  model: string
// returns: score: string, graphs: int, checked: int
// units:   graphs and checked are numbers of classes; a check of a graph that is another one now does not count
// example: model=sample
MATCH (class:ImageClass {model: $model})
UNWIND ['activation', 'attribution'] AS score
WITH *
OPTIONAL MATCH (class)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = score
WITH class, score, CASE WHEN score = 'activation' THEN class.graph_digest ELSE graph.graph_digest END AS digest
OPTIONAL MATCH (class)-[:HAS_FAITHFULNESS]->(found:LayerFaithfulness)
WHERE found.score = score AND found.graph_digest = digest
WITH class, score, digest, count(found) AS layers
WITH score, count(digest) AS graphs, sum(CASE WHEN layers > 0 THEN 1 ELSE 0 END) AS checked
RETURN score AS score, graphs AS graphs, checked AS checked
ORDER BY score
