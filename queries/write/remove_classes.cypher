// about:   Remove classes with everything attached to them; the edges of their attribution graphs, and graphs by other
//          scores than activation, are removed before.
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)
WHERE class.id IN $classes
OPTIONAL MATCH (class)-[:HAS_RANKING|HAS_ADJACENCY|HAS_FAITHFULNESS|HAS_SUBSET]->(kept)
WITH collect(DISTINCT class) + collect(kept) AS nodes // ArcadeDB skips some of what it reads and deletes at once
UNWIND nodes AS node
DETACH DELETE node
