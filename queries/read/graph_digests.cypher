// about:   What each class's attribution graph was made from, for classes that have one.
// params:  model: string
// returns: index: int, digest: string
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})
WHERE class.graph_digest IS NOT NULL
RETURN class.index AS index, class.graph_digest AS digest
ORDER BY index
