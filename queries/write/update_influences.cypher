// about:   Give a class's influences the weights of a table where they differ and the table's are above 0.
// params:  class: string, tables: map
// returns: changed: int
// units:   tables has, by name of the upper layer, a list for each of its channels: the weight of every channel of the
//          lower layer, a number of pictures
MATCH (source)-[edge:INFLUENCES]->(target)
WHERE edge.class_id = $class
WITH edge, $tables[target.layer][target.index][source.index] AS weight
WHERE weight > 0 AND weight <> edge.weight
SET edge.weight = weight
RETURN count(edge) AS changed
