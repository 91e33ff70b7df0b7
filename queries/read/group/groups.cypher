// about:   The groups of classes of a model, with the indexes of their classes.
// params:  model: string
// returns: id: string, wnid: string?, name: string, classes: list<int>
// example: model=summit-inceptionv1
MATCH (class:ImageClass)-[:IN_GROUP]->(group:ClassGroup {model: $model})
WITH group, class.index AS index
ORDER BY index
WITH group, collect(index) AS classes
RETURN group.id AS id, group.wnid AS wnid, group.name AS name, classes AS classes
ORDER BY name, id
