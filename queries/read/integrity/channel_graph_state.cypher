// about:   Whether a model's channel graph is up to date: it is where both numbers are equal.
// params:  model: string
// returns: summed: int?, written: int, pairs: int?
// units:   written is the number of influences of all classes as they were loaded, summed that of those in the channel graph,
//          null while classes change; pairs is how many it has, null then and where that was not recorded
// example: model=sample
MATCH (model:Model {id: $model})
OPTIONAL MATCH (class:ImageClass {model: $model})
WITH model, sum(class.influence_count) AS written
RETURN model.channel_graph_influences AS summed, coalesce(written, 0) AS written, model.channel_graph_pairs AS pairs
