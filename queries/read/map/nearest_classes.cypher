// about:   The classes nearest to one class at a layer, nearest first: by cosine of their counts.
// params:  class: string, layer: string, source: string, neighbours: int
// returns: class: string, index: int, similarity: float
// units:   source is activations (counts of all channels) or graphs (counts of the channels in the attribution graphs);
//          similarity is above 0 (no channel in common, left out) to 1, rounded to nine digits; of equal ones the lower
//          index comes first
// example: class=summit-inceptionv1/603 layer=mixed4d source=graphs neighbours=10
MATCH (:ImageClass {id: $class})-[mine:ACTIVATES|HAS_CHANNEL]->(channel:Channel)
WHERE channel.layer = $layer AND type(mine) = CASE WHEN $source = 'graphs' THEN 'HAS_CHANNEL' ELSE 'ACTIVATES' END
WITH collect({channel: channel, count: mine.count}) AS held, sum(1.0 * mine.count * mine.count) AS own
UNWIND held AS each
WITH each.channel AS channel, each.count AS count, own
MATCH (channel)<-[theirs:ACTIVATES|HAS_CHANNEL]-(other:ImageClass)
WHERE other.id <> $class AND type(theirs) = CASE WHEN $source = 'graphs' THEN 'HAS_CHANNEL' ELSE 'ACTIVATES' END
WITH own, other, sum(1.0 * count * theirs.count) AS product
WHERE product > 0
MATCH (other)-[theirs:ACTIVATES|HAS_CHANNEL]->(channel:Channel)
WHERE channel.layer = $layer AND type(theirs) = CASE WHEN $source = 'graphs' THEN 'HAS_CHANNEL' ELSE 'ACTIVATES' END
WITH own, other.id AS class, other.index AS index, product, sum(1.0 * theirs.count * theirs.count) AS square
WITH class, index, round(1e9 * product / sqrt(own * square)) AS nearness
WHERE nearness > 0
WITH class, index, nearness
ORDER BY nearness DESC, index
LIMIT $neighbours
RETURN class AS class, index AS index, nearness / 1e9 AS similarity
