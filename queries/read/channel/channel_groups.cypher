// about:   The groups of classes that a channel is typical of: those whose classes have it most above the model's
//          average.
// params:  channel: string, min_classes: int, limit: int
// returns: group: string, name: string, classes: int, size: int, share: float, lift: float
// units:   classes of `size` in the group have the channel, share is their ratio (0..1); lift is share divided by the
//          share of all classes; groups in which fewer than min_classes have it are omitted. Only classes with a graph count
// example: channel=summit-inceptionv1/mixed4d/431 min_classes=3 limit=10
MATCH (channel:Channel {id: $channel})
MATCH (class:ImageClass {model: channel.model})
WHERE class.graph_digest IS NOT NULL
WITH channel, count(class) AS everyone
MATCH (channel)<-[:HAS_CHANNEL]-(class:ImageClass)
WHERE class.graph_digest IS NOT NULL
WITH everyone, collect(class) AS holders
UNWIND holders AS class
MATCH (class)-[:IN_GROUP]->(group:ClassGroup)
WITH toFloat(size(holders)) / everyone AS average, group, count(class) AS classes
WHERE classes >= $min_classes
MATCH (group)<-[:IN_GROUP]-(member:ImageClass)
WHERE member.graph_digest IS NOT NULL
WITH average, group.id AS group, group.name AS name, classes, count(member) AS size
WITH average, group, name, classes, size, toFloat(classes) / size AS share
ORDER BY share DESC, classes DESC, group
LIMIT $limit
RETURN group AS group, name AS name, classes AS classes, size AS size, share AS share, share / average AS lift
