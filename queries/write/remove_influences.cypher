// about:   Remove some of a class's influences that a table does not have (weight 0, or no such layer).
// params:  class: string, tables: map, limit: int
// returns: removed: int
// units:   tables as in update_influences
MATCH (source)-[edge:INFLUENCES]->(target)
WHERE edge.class_id = $class
WITH edge, coalesce($tables[target.layer][target.index][source.index], 0) AS weight
WHERE weight = 0
WITH edge LIMIT $limit
DELETE edge
RETURN count(*) AS removed
