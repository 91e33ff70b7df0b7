// about:   The channels that the attribution graphs of most of a model's classes have: candidates for channels without
//          a specific meaning, to be inspected and perhaps excluded.
// params:  model: string, limit: int
// returns: channel: string, layer: string, index: int, classes: int, share: float, mean_count: float
// units:   classes is a number of classes, share that number divided by all classes with a graph (0..1); mean_count is
//          a number of pictures per class
// example: model=summit-inceptionv1 limit=20
MATCH (class:ImageClass {model: $model})
WHERE EXISTS { MATCH (class)-[:HAS_CHANNEL]->() }
WITH count(class) AS everyone
MATCH (channel:Channel {model: $model})<-[vertex:HAS_CHANNEL]-()
WITH everyone, channel, count(vertex) AS classes, sum(vertex.count) AS pictures
WITH everyone, channel.id AS channel, channel.layer AS layer, channel.layer_index AS height, channel.index AS index,
     classes, pictures
ORDER BY classes DESC, height, index
LIMIT $limit
RETURN channel AS channel, layer AS layer, index AS index, classes AS classes,
       toFloat(classes) / everyone AS share, toFloat(pictures) / classes AS mean_count
