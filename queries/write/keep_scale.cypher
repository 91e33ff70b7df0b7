// about:   Keep how large a model is, unless its graphs have changed since the token was left there.
// params:  model: string, token: string, properties: map
// returns: kept: int
// units:   properties are a row of model_scale
MATCH (model:Model {id: $model})
SET model.id = $model // takes hold of the model, so that the token is the last one that was written
WITH model
WHERE model.scale_token = $token
SET model += $properties, model.scale_token = null
RETURN count(*) AS kept
