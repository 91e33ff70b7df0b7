// about:   The classes most similar to one class at each layer, lowest layer first: cosine of their channel counts.
// params:  class: string, limit: int
// returns: layer: string, class: string, similarity: float
// units:   limit is the number of classes per layer; similarity is above 0 (no common channel, left out) to 1, rounded to
//          nine digits; of equal ones the lower index comes first
// example: class=summit-inceptionv1/294 limit=3
MATCH (:ImageClass {id: $class})-[vertex:HAS_CHANNEL]->(channel:Channel)
WITH channel.layer AS layer, channel.layer_index AS height, sum(1.0 * vertex.count * vertex.count) AS own,
     collect({channel: channel, count: vertex.count}) AS held
UNWIND held AS mine
WITH layer, height, own, mine.channel AS channel, mine.count AS count
MATCH (channel)<-[theirs:HAS_CHANNEL]-(other:ImageClass)
WHERE other.id <> $class
WITH layer, height, own, other, sum(1.0 * count * theirs.count) AS product
WHERE product > 0
WITH other, collect({layer: layer, height: height, own: own, product: product}) AS products
MATCH (other)-[theirs:HAS_CHANNEL]->(channel:Channel)
WITH other, channel.layer AS layer, head(collect(products)) AS products,
     sum(1.0 * theirs.count * theirs.count) AS square
UNWIND [product IN products WHERE product.layer = layer] AS both
WITH layer, both.height AS height, other.id AS class, other.index AS index,
     round(1e9 * both.product / sqrt(square * both.own)) AS nearness
WHERE nearness > 0
WITH layer, height, class, index, nearness
ORDER BY height, nearness DESC, index
WITH layer, height, collect({class: class, nearness: nearness})[0..$limit] AS nearest
UNWIND range(0, size(nearest) - 1) AS place
WITH layer, height, place, nearest[place] AS near
ORDER BY height, place
RETURN layer AS layer, near.class AS class, near.nearness / 1e9 AS similarity
