// about:   How similar the other classes are to one class: cosine of their channel counts, over all layers or one.
// params:  class: string, layer: string?, limit: int
// returns: class: string, similarity: float
// units:   similarity is above 0 (no channel with a count in common, left out) to 1, rounded to nine digits; of equal ones the
//          lower index comes first. Counts are those of the attribution graphs
// example: class=summit-inceptionv1/294 layer=mixed4d limit=10
MATCH (:ImageClass {id: $class})-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE $layer IS NULL OR channel.layer = $layer
WITH collect({channel: channel, count: vertex.count}) AS held, sum(1.0 * vertex.count * vertex.count) AS own
UNWIND held AS mine
WITH own, mine.channel AS channel, mine.count AS count
MATCH (channel)<-[theirs:HAS_CHANNEL]-(other:ImageClass)
WHERE other.id <> $class
WITH own, other, sum(1.0 * count * theirs.count) AS product
WHERE product > 0
WITH own, other.id AS class, other.index AS index, product,
     CASE WHEN other.graph_squares IS NULL // an earlier version wrote the graph
       THEN [(other)-[theirs:HAS_CHANNEL]->(channel:Channel) WHERE $layer IS NULL OR channel.layer = $layer
             | 1.0 * theirs.count * theirs.count]
       WHEN $layer IS NULL THEN other.graph_squares
       ELSE [place IN range(0, size(coalesce(other.graph_layers, [])) - 1) WHERE other.graph_layers[place] = $layer
             | other.graph_squares[place]]
     END AS squares
WITH class, index, round(1e9 * product / sqrt(own * reduce(total = 0.0, square IN squares | total + square))) AS nearness
WHERE nearness > 0
WITH class, index, nearness
ORDER BY nearness DESC, index
LIMIT $limit
RETURN class AS class, nearness / 1e9 AS similarity
