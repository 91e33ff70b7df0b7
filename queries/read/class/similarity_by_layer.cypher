// about:   How similar two classes are at each layer, lowest layer first: cosine of their channel counts.
// params:  class: string, other: string
// returns: layer: string, similarity: float, shared: int
// units:   similarity is 0 to 1; shared is the number of channels that both have; layers where one has none are omitted
// example: class=summit-inceptionv1/294 other=summit-inceptionv1/295
MATCH (one:ImageClass)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE one.id IN [$class, $other]
WITH channel.layer AS layer, channel.layer_index AS height, channel,
     sum(CASE WHEN one.id = $class THEN vertex.count ELSE 0 END) AS mine,
     sum(CASE WHEN one.id = $other THEN vertex.count ELSE 0 END) AS theirs
WITH layer, height, sum(1.0 * mine * theirs) AS product, sum(1.0 * mine * mine) AS own,
     sum(1.0 * theirs * theirs) AS square, sum(CASE WHEN mine > 0 AND theirs > 0 THEN 1 ELSE 0 END) AS shared
WHERE own > 0 AND square > 0
RETURN layer AS layer, product / sqrt(own * square) AS similarity, shared AS shared
ORDER BY height
