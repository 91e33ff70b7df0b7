// about:   What each class of a model loses when its graph's channels are switched off, as a mean over layers, compared with
//          random channels; the largest drop first. Only classes whose graph was checked.
// params:  model: string, score: string
// returns: class: string, name: string?, layers: int, drop: float, null_mean: float, beaten: float
// units:   as in class_faithfulness; layers is the number of layers that were checked;
//          beaten is the mean of their shares, not the share of random sets of all layers that `summit check` prints
// example: model=sample score=activation
MATCH (class:ImageClass {model: $model})
OPTIONAL MATCH (class)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = $score
WITH class, CASE WHEN $score = 'activation' THEN class.graph_digest ELSE graph.graph_digest END AS digest
MATCH (class)-[:HAS_FAITHFULNESS]->(found:LayerFaithfulness)
WHERE found.score = $score AND found.graph_digest = digest
WITH class.id AS class, class.name AS name, class.index AS index, count(found) AS layers, avg(found.drop) AS drop,
     avg(found.null_mean) AS null_mean, avg(found.beaten) AS beaten
RETURN class AS class, name AS name, layers AS layers, drop AS drop, null_mean AS null_mean, beaten AS beaten
ORDER BY drop DESC, index
