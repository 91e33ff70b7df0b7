// about:   Remove the graphs of some classes by scores other than activation, with the PageRank that they were cut from.
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (:ImageClass {id: id})-[:HAS_GRAPH]->(graph:ScoredGraph)
OPTIONAL MATCH (graph)-[:HAS_RANKING]->(ranking:ScoredRanking)
WITH collect(DISTINCT graph) AS graphs, collect(ranking) AS rankings // ArcadeDB skips some of what it deletes at once
UNWIND graphs + rankings AS node
DETACH DELETE node
