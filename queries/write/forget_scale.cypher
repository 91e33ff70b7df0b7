// about:   Forget how large a model is, because its graphs change; who was reading it finds another token.
// params:  model: string
// returns: nothing
MATCH (model:Model {id: $model})
SET model.scale_token = null, model.class_count = null, model.channel_count = null, model.graph_channel_count = null,
    model.vertices = null, model.edges = null, model.largest_count = null, model.largest_weight = null
