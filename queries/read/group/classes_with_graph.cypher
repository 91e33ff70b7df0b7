// about:   The classes of a model that have an attribution graph by activation, be it one without channels.
// params:  model: string
// returns: index: int
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})
WHERE class.graph_digest IS NOT NULL
RETURN class.index AS index
ORDER BY index
