// about:   The groups that some classes are in, smallest group first.
// params:  ids: list<string>
// returns: class: string, id: string, wnid: string, name: string
// example: ids=summit-inceptionv1/294
MATCH (class:ImageClass)-[:IN_GROUP]->(group:ClassGroup)
WHERE class.id IN $ids
RETURN class.id AS class, group.id AS id, group.wnid AS wnid, group.name AS name
ORDER BY class, name, id
