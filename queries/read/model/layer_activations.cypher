// about:   All classes' counts at one layer of a model (A), of every channel and not only those in graphs, one row a class.
// params:  model: string, layer: string
// returns: class: int, channels: list<int>, counts: list<int>
// units:   class and channels are indexes; counts are numbers of pictures, aligned with channels
// example: model=sample layer=bottom
MATCH (channel:Channel {model: $model})
WHERE channel.layer = $layer
MATCH (class:ImageClass)-[activation:ACTIVATES]->(channel)
WITH class.index AS class, channel.index AS channel, activation.count AS count
ORDER BY class, channel
WITH class, collect(channel) AS channels, collect(count) AS counts
RETURN class AS class, channels AS channels, counts AS counts
ORDER BY class
