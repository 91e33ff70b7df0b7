// about:   A model's layers, from the picture upwards, with the channels that are in the database and those left out of counts.
// params:  model: string
// returns: layer: string, index: int, channels: int, held: int, excluded: set<int>
// units:   channels is the size that the layer should have, held the number of its Channel nodes; excluded are indexes
// example: model=summit-inceptionv1
MATCH (layer:Layer {model: $model})
OPTIONAL MATCH (layer)<-[:OF_LAYER]-(channel:Channel)
WITH layer.name AS layer, layer.index AS index, layer.channels AS channels, count(channel) AS held,
     collect(CASE WHEN channel.excluded THEN channel.index END) AS excluded
RETURN layer AS layer, index AS index, channels AS channels, held AS held, excluded AS excluded
ORDER BY index
