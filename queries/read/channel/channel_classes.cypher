// about:   The classes whose attribution graph has a channel, highest count first.
// params:  channel: string, limit: int
// returns: class: string, count: int, pagerank: float
// units:   count is a number of pictures, pagerank a share of 1 over the whole network
// example: channel=summit-inceptionv1/mixed4d/431 limit=10
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->(:Channel {id: $channel})
WITH class.id AS class, class.index AS index, vertex.count AS count, vertex.pagerank AS pagerank
ORDER BY count DESC, index
LIMIT $limit
RETURN class AS class, count AS count, pagerank AS pagerank
