// about:   Remove the compact adjacency of some classes; their influences stay.
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[:HAS_ADJACENCY]->(adjacency:Adjacency)
WHERE class.id IN $classes
DETACH DELETE adjacency
