// about:   The channels that two classes share and the fewest other classes have: what two distant classes unexpectedly
//          have in common.
// params:  class: string, other: string, limit: int
// returns: channel: string, layer: string, index: int, classes: int, count: int, other_count: int
// units:   classes is the number of classes that have the channel, these two included; counts are numbers of pictures
// example: class=summit-inceptionv1/603 other=summit-inceptionv1/345 limit=10
MATCH (:ImageClass {id: $class})-[mine:HAS_CHANNEL]->(channel:Channel)<-[theirs:HAS_CHANNEL]-(:ImageClass {id: $other})
WITH channel, mine.count AS count, theirs.count AS other_count
MATCH (channel)<-[vertex:HAS_CHANNEL]-()
WITH channel, count, other_count, count(vertex) AS classes
WITH channel.id AS channel, channel.layer AS layer, channel.layer_index AS height, channel.index AS index, classes,
     count, other_count
ORDER BY classes, height DESC, index
LIMIT $limit
RETURN channel AS channel, layer AS layer, index AS index, classes AS classes, count AS count,
       other_count AS other_count
