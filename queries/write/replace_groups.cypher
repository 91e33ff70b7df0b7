// about:   Create groups of classes or replace their members; rows hold id, wnid, name and classes (ids).
// params:  model: string, rows: list<map>
// returns: nothing
UNWIND $rows AS row
MERGE (group:ClassGroup {id: row.id})
SET group.model = $model, group.wnid = row.wnid, group.name = row.name
WITH group, row
OPTIONAL MATCH (:ImageClass)-[member:IN_GROUP]->(group)
WITH group, row, collect(member) AS members // ArcadeDB skips some of what it reads and deletes at once
FOREACH (member IN members | DELETE member)
WITH group, row
UNWIND row.classes AS id
MATCH (class:ImageClass {id: id})
CREATE (class)-[:IN_GROUP]->(group)
