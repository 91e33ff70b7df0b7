// about:   The number of pictures in which each channel is among those that raise a class's log-odds most (R), in the order
//          of the layers; for runs that were counted with --attribution.
// params:  class: string
// returns: channel: string, count: int
// units:   count is a number of pictures
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[attribution:ATTRIBUTED_TO]->(channel:Channel)
WITH channel.id AS channel, channel.layer_index AS layer, channel.index AS index, attribution.count AS count
ORDER BY layer, index
RETURN channel AS channel, count AS count
