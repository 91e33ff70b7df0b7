// about:   The classes nearest to one class at every layer, lowest layer first, nearest first: by cosine of their counts.
// params:  class: string, source: string, neighbours: int
// returns: layer: string, class: string, index: int, similarity: float
// units:   source is activations (counts of all channels) or graphs (counts of the channels in the attribution graphs);
//          neighbours is the number of classes per layer; similarity is above 0 (no channel in common, left out) to 1,
//          rounded to nine digits; of equal ones the lower index comes first
// example: class=summit-inceptionv1/603 source=graphs neighbours=10
MATCH (:ImageClass {id: $class})-[mine:ACTIVATES|HAS_CHANNEL]->(channel:Channel)
WHERE type(mine) = CASE WHEN $source = 'graphs' THEN 'HAS_CHANNEL' ELSE 'ACTIVATES' END
WITH channel.layer AS layer, channel.layer_index AS height, collect({channel: channel, count: mine.count}) AS held,
     sum(1.0 * mine.count * mine.count) AS own
UNWIND held AS each
WITH layer, height, own, each.channel AS channel, each.count AS count
MATCH (channel)<-[theirs:ACTIVATES|HAS_CHANNEL]-(other:ImageClass)
WHERE other.id <> $class AND type(theirs) = CASE WHEN $source = 'graphs' THEN 'HAS_CHANNEL' ELSE 'ACTIVATES' END
WITH layer, height, own, other, sum(1.0 * count * theirs.count) AS product
WITH other, collect({layer: layer, height: height, own: own, product: product}) AS products
MATCH (other)-[theirs:ACTIVATES|HAS_CHANNEL]->(channel:Channel)
WHERE type(theirs) = CASE WHEN $source = 'graphs' THEN 'HAS_CHANNEL' ELSE 'ACTIVATES' END
WITH other, channel.layer AS layer, head(collect(products)) AS products,
     sum(1.0 * theirs.count * theirs.count) AS square
UNWIND [product IN products WHERE product.layer = layer] AS both
WITH layer, both.height AS height, other.id AS class, other.index AS index,
     round(1e9 * both.product / sqrt(square * both.own)) AS nearness
WHERE nearness > 0
WITH layer, height, class, index, nearness
ORDER BY height, nearness DESC, index
WITH layer, height, collect({class: class, index: index, nearness: nearness})[0..$neighbours] AS nearest
UNWIND range(0, size(nearest) - 1) AS place
WITH layer, height, place, nearest[place] AS near
ORDER BY height, place
RETURN layer AS layer, near.class AS class, near.index AS index, near.nearness / 1e9 AS similarity
