// about:   A model's layers, from the picture upwards.
// params:  model: string
// returns: name: string, index: int, channels: int
// units:   channels is the number of all channels of the layer, whether a graph uses them or not
// example: model=summit-inceptionv1
MATCH (layer:Layer {model: $model})
RETURN layer.name AS name, layer.index AS index, layer.channels AS channels
ORDER BY index
