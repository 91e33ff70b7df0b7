// about:   The maps of a model's layers, lowest layer first: where each class lies, similar ones close together.
// params:  model: string
// returns: layer: string, classes: list<int>, x: list<float>, y: list<float>, parked: list<int>, source: string,
//          parameters: string, digest: string
// units:   classes and parked are class indexes; x and y go with classes, in map units that are the same for all layers;
//          parked are those that share no channel with any other, so that their place says nothing; source is activations
//          (the counts of all channels) or graphs (the counts of the channels in the attribution graphs); parameters is
//          JSON; equal digests mean equal counts
// example: model=sample
MATCH (layer:Layer {model: $model})-[:HAS_EMBEDDING]->(embedding:LayerEmbedding)
WITH layer.index AS height, layer.name AS layer, embedding
RETURN layer AS layer, embedding.classes AS classes, embedding.x AS x, embedding.y AS y, embedding.parked AS parked,
       embedding.source AS source, embedding.parameters AS parameters, embedding.digest AS digest
ORDER BY height
