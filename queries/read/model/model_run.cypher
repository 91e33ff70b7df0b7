// about:   What a model was loaded from.
// params:  model: string
// returns: source: string?, parameters: string?, run: string?
// units:   parameters is JSON with everything the counts depend on; null if they were not counted by `summit ingest`; run is the folder that
//          the model was loaded from, on the machine where it was
// example: model=summit-inceptionv1
MATCH (model:Model {id: $model})
RETURN model.source AS source, model.parameters AS parameters, model.run AS run
