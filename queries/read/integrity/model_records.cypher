// about:   Everything that is kept on each model, the totals it was finished with among it.
// params:  none
// returns: model: string, record: map
MATCH (model:Model)
RETURN model.id AS model, properties(model) AS record
ORDER BY model
