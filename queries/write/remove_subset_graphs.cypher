// about:   Remove the graphs of some classes' subsets: those named, or all of them.
// params:  classes: list<string>, subsets: list<string>?, score: string?
// returns: nothing
MATCH (class:ImageClass)-[:HAS_SUBSET]->(graph:SubsetGraph)
WHERE class.id IN $classes AND ($subsets IS NULL OR (graph.subset IN $subsets AND graph.score = $score))
WITH collect(graph) AS graphs // ArcadeDB skips some of what it reads and deletes at once
UNWIND graphs AS graph
DETACH DELETE graph
