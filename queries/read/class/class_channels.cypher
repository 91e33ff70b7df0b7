// about:   The channels of one class's attribution graph, highest layer first, strongest channel first.
// params:  class: string, min_count: int
// returns: channel: string, layer: string, index: int, count: int, pagerank: float, probability: float?
// units:   count is a number of pictures, pagerank a share of 1 over the whole network; probability is the share of
//          resamples of the pictures whose graph has the channel (docs/truth.md), null where it is not known
// example: class=summit-inceptionv1/294 min_count=0
MATCH (:ImageClass {id: $class})-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE vertex.count >= $min_count
WITH channel.id AS channel, channel.layer AS layer, channel.layer_index AS height, channel.index AS index,
     vertex.count AS count, vertex.pagerank AS pagerank, vertex.probability AS probability
ORDER BY height DESC, pagerank DESC, index
RETURN channel AS channel, layer AS layer, index AS index, count AS count, pagerank AS pagerank,
       probability AS probability
