// about:   Create a model's layers or change their sizes; rows hold id, name, index and channels.
// params:  model: string, rows: list<map>
// returns: nothing
// units:   index 0 is the layer closest to the picture
MATCH (model:Model {id: $model})
UNWIND $rows AS row
MERGE (layer:Layer {id: row.id})
SET layer.model = $model, layer.name = row.name, layer.index = row.index, layer.channels = row.channels
MERGE (layer)-[:OF_MODEL]->(model)
