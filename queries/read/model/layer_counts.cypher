// about:   The channels of all classes at one layer of a model, one row per class.
// params:  model: string, layer: string
// returns: class: int, channels: list<int>, counts: list<int>
// units:   class and channels are indexes; counts are numbers of pictures, aligned with channels
// example: model=summit-inceptionv1 layer=mixed3a
MATCH (channel:Channel {model: $model})
WHERE channel.layer = $layer
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->(channel)
WITH class.index AS class, channel.index AS channel, vertex.count AS count
ORDER BY class, channel
WITH class, collect(channel) AS channels, collect(count) AS counts
RETURN class AS class, channels AS channels, counts AS counts
ORDER BY class
