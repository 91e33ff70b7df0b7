// about:   A model's layers, from the picture upwards.
// params:  model: string
// returns: name: string, index: int, channels: int
// units:   channels counts all channels of the layer, used by a graph or not
// example: model=summit-inceptionv1
MATCH (layer:Layer {model: $model})
RETURN layer.name AS name, layer.index AS index, layer.channels AS channels
ORDER BY index
