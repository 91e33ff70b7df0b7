// about:   A class's PageRank by a score other than activation, as it is stored: one row per layer, lowest first.
// params:  class: string, score: string
// returns: layer: string, layer_index: int, channels: list<int>, pageranks: list<float>, counts: list<int>,
//          before_in_layer: list<float>, before_in_all: list<float>, places: list<int>
// units:   as in class_rankings; counts are those of R
// example: class=sample/0 score=attribution
MATCH (:ImageClass {id: $class})-[:HAS_GRAPH]->(graph:ScoredGraph)-[:HAS_RANKING]->(ranking:ScoredRanking)
WHERE graph.score = $score
WITH ranking.layer_index AS layer_index, ranking
ORDER BY layer_index
RETURN ranking.layer AS layer, layer_index AS layer_index, ranking.channels AS channels, ranking.pageranks AS pageranks,
       ranking.counts AS counts, ranking.before_in_layer AS before_in_layer, ranking.before_in_all AS before_in_all,
       ranking.places AS places
ORDER BY layer_index
