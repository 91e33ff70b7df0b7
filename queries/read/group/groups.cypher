// about:   The groups of classes of a model, with the indexes of their classes.
// params:  model: string
// returns: id: string, wnid: string?, name: string, classes: list<int>
// example: model=summit-inceptionv1
MATCH (class:ImageClass)-[:IN_GROUP]->(group:ClassGroup {model: $model})
WITH group.id AS id, group.wnid AS wnid, group.name AS name, class.index AS index
ORDER BY name, id, index
RETURN id AS id, wnid AS wnid, name AS name, collect(index) AS classes
ORDER BY name, id
