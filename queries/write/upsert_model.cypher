// about:   Create a model or change its properties.
// params:  model: string, properties: map, now: string
// returns: nothing
MERGE (model:Model {id: $model})
ON CREATE SET model.created = $now
SET model += $properties
