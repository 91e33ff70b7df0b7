// about:   How similar the other classes are to one class: cosine of their channel counts, over all layers or one.
// params:  class: string, layer: string?, limit: int
// returns: class: string, similarity: float
// units:   similarity is 0 (no channel with a count in common, omitted) to 1; counts are those of the attribution graphs
// example: class=summit-inceptionv1/294 layer=mixed4d limit=10
MATCH (:ImageClass {id: $class})-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE $layer IS NULL OR channel.layer = $layer
WITH sum(1.0 * vertex.count * vertex.count) AS own
MATCH (:ImageClass {id: $class})-[vertex:HAS_CHANNEL]->(channel:Channel)<-[theirs:HAS_CHANNEL]-(other:ImageClass)
WHERE $layer IS NULL OR channel.layer = $layer
WITH own, other, sum(1.0 * vertex.count * theirs.count) AS product
WHERE product > 0
MATCH (other)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE $layer IS NULL OR channel.layer = $layer
WITH own, other.id AS class, other.index AS index, product, sum(1.0 * vertex.count * vertex.count) AS square
WITH class, index, product / sqrt(own * square) AS similarity
ORDER BY similarity DESC, index
LIMIT $limit
RETURN class AS class, similarity AS similarity
