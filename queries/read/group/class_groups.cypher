// about:   The groups that some classes are in, smallest group first.
// params:  classes: list<string>
// returns: class: string, id: string, wnid: string?, name: string
// example: classes=summit-inceptionv1/294
MATCH (class:ImageClass)-[:IN_GROUP]->(group:ClassGroup)
WHERE class.id IN $classes
RETURN class.id AS class, group.id AS id, group.wnid AS wnid, group.name AS name
ORDER BY class, name, id
