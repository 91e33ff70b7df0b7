// about:   Create channels of one layer; rows hold id, index, excluded and skips, a map of the properties
//          skips, skip_sources and both_sources, null where unknown.
// params:  model: string, layer: string, rows: list<map>
// returns: nothing
// units:   skips is the number of channels of the layer below that reach the channel without a convolution; skip_sources and
//          both_sources are their indexes within that layer, ascending: those that reach it in no other way, and the others
MATCH (layer:Layer {id: $model + '/' + $layer})
UNWIND $rows AS row
MERGE (channel:Channel {id: row.id})
SET channel.model = $model, channel.layer = $layer, channel.layer_index = layer.index, channel.index = row.index,
    channel.excluded = row.excluded
SET channel += row.skips
MERGE (channel)-[:OF_LAYER]->(layer)
