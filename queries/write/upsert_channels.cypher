// about:   Create channels of one layer; rows hold id, index and excluded.
// params:  model: string, layer: string, rows: list<map>
// returns: nothing
MATCH (layer:Layer {id: $model + '/' + $layer})
UNWIND $rows AS row
MERGE (channel:Channel {id: row.id})
SET channel.model = $model, channel.layer = $layer, channel.layer_index = layer.index, channel.index = row.index,
    channel.excluded = row.excluded
MERGE (channel)-[:OF_LAYER]->(layer)
