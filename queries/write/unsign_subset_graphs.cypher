// about:   Take the digests of the graphs of some classes' subsets away, so that `summit subset` writes them again.
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[:HAS_SUBSET]->(graph:SubsetGraph)
WHERE class.id IN $classes
SET graph.graph_digest = null
