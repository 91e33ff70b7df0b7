// about:   What each group of classes was made from.
// params:  model: string
// returns: wnid: string, digest: string
// example: model=summit-inceptionv1
MATCH (group:ClassGroup {model: $model})
RETURN group.wnid AS wnid, group.digest AS digest
ORDER BY wnid
