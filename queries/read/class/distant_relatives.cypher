// about:   The classes that share most with one class although no small group contains both: a shared channel counts
//          more, the fewer classes have it.
// params:  class: string, largest_group: int, limit: int
// returns: class: string, name: string, shared: int, surprise: float
// units:   groups of more than largest_group classes are ignored; shared is a number of channels; surprise is the sum
//          of log(classes with a graph / classes with the channel) over them
// example: class=summit-inceptionv1/603 largest_group=100 limit=10
MATCH (me:ImageClass {id: $class})
OPTIONAL MATCH (me)-[:IN_GROUP]->(group:ClassGroup)<-[:IN_GROUP]-(member:ImageClass)
WITH me, group, collect(member.id) AS members
WITH me, collect(CASE WHEN size(members) + 1 <= $largest_group THEN members END) AS families
MATCH (class:ImageClass {model: me.model})
WHERE EXISTS { MATCH (class)-[:HAS_CHANNEL]->() }
WITH me, families, count(class) AS everyone
MATCH (me)-[:HAS_CHANNEL]->(channel:Channel)<-[:HAS_CHANNEL]-(other:ImageClass)
WITH me, families, everyone, channel, collect(other) AS holders
WITH me, families, holders, log(toFloat(everyone) / (size(holders) + 1)) AS surprise
UNWIND holders AS other
WITH families, other, count(surprise) AS shared, sum(surprise) AS surprise
WHERE NOT any(family IN families WHERE other.id IN family)
WITH other.id AS class, other.name AS name, other.index AS index, shared, surprise, round(1e9 * surprise) AS rank
ORDER BY rank DESC, index
LIMIT $limit
RETURN class AS class, name AS name, shared AS shared, surprise AS surprise
