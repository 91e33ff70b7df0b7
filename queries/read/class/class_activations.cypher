// about:   The number of pictures in which each channel is among a class's top activated ones (A), in the order of the
//          layers.
// params:  class: string
// returns: channel: string, count: int
// units:   count is a number of pictures
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[activation:ACTIVATES]->(channel:Channel)
WITH channel.id AS channel, channel.layer_index AS layer, channel.index AS index, activation.count AS count
ORDER BY layer, index
RETURN channel AS channel, count AS count
