// about:   What a class loses when the channels of its attribution graph are switched off, one layer at a time, compared with
//          random channels, as `summit check` measured it; lowest layer first.
// params:  class: string, score: string
// returns: layer: string, channels: int, drop: float, null_mean: float, null_99: float, beaten: float, matched: float,
//          recovered: float?, pictures: int, draws: int, seed: int
// units:   the score is that of the graph, activation or attribution; drop, null_mean, null_99 and matched are log-odds
//          (nats), means over pictures: of the graph's channels, of random sets of as many (mean and 99th percentile over
//          draws), and of channels outside the graph that are activated about as often; beaten is the share of the draws
//          with a smaller drop, 0 to 1; recovered is the part of what the layer gives that the graph's channels keep alone,
//          null where it gives nothing. No rows where the graph was not checked, or is another one now
// example: class=sample/0 score=activation
MATCH (class:ImageClass {id: $class})
OPTIONAL MATCH (class)-[:HAS_GRAPH]->(graph:ScoredGraph)
WHERE graph.score = $score
WITH class, CASE WHEN $score = 'activation' THEN class.graph_digest ELSE graph.graph_digest END AS digest
MATCH (class)-[:HAS_FAITHFULNESS]->(found:LayerFaithfulness)
WHERE found.score = $score AND found.graph_digest = digest
WITH found.layer_index AS layer_index, found
ORDER BY layer_index
RETURN found.layer AS layer, found.channels AS channels, found.drop AS drop, found.null_mean AS null_mean,
       found.null_99 AS null_99, found.beaten AS beaten, found.matched AS matched, found.recovered AS recovered,
       found.pictures AS pictures, found.draws AS draws, found.seed AS seed
ORDER BY layer_index
