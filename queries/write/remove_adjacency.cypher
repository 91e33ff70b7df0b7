// about:   Remove the compact adjacency of some classes; their influences stay.
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[:HAS_ADJACENCY]->(adjacency:Adjacency)
WHERE class.id IN $classes
WITH collect(adjacency) AS adjacencies // ArcadeDB skips some of what it reads and deletes at once
UNWIND adjacencies AS adjacency
DETACH DELETE adjacency
