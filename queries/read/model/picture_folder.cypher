// about:   The folder with the pictures of a layer's channels; no row if the model has no such layer.
// params:  layer: string
// returns: pictures: string?
// units:   pictures is a folder on the machine that loaded them
// example: layer=summit-inceptionv1/mixed4d
MATCH (layer:Layer {id: $layer})
MATCH (model:Model {id: layer.model})
RETURN model.pictures AS pictures
