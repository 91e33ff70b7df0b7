// about:   Remove classes with everything attached to them; the edges of their attribution graphs are removed before.
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)
WHERE class.id IN $classes
OPTIONAL MATCH (class)-[:HAS_RANKING|HAS_ADJACENCY]->(kept)
DETACH DELETE kept, class
