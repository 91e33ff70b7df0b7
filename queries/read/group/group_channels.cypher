// about:   The channels that the classes of a group share, most shared first.
// params:  group: string, limit: int
// returns: channel: string, layer: string, index: int, classes: int, share: float, mean_count: float
// units:   classes is a number of classes of the group, share that number divided by all of them that have a graph
//          (0..1); mean_count is a number of pictures per class that has the channel
// example: group=summit-inceptionv1/n02131653 limit=20
MATCH (member:ImageClass)-[:IN_GROUP]->(:ClassGroup {id: $group})
WHERE member.graph_digest IS NOT NULL
WITH count(member) AS everyone
MATCH (:ClassGroup {id: $group})<-[:IN_GROUP]-(class:ImageClass)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE class.graph_digest IS NOT NULL
WITH everyone, channel, count(vertex) AS classes, sum(vertex.count) AS pictures
WITH everyone, channel.id AS channel, channel.layer AS layer, channel.layer_index AS height, channel.index AS index,
     classes, pictures
ORDER BY classes DESC, height, index
LIMIT $limit
RETURN channel AS channel, layer AS layer, index AS index, classes AS classes, toFloat(classes) / everyone AS share,
       toFloat(pictures) / classes AS mean_count
