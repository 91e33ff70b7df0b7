// about:   Remove the personalized PageRank of some classes; their attribution graphs stay.
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (class:ImageClass {id: id})
SET class.pagerank_digest = null
WITH class
MATCH (class)-[:HAS_RANKING]->(ranking:LayerRanking)
WITH collect(ranking) AS rankings // ArcadeDB skips some of what it reads and deletes at once
UNWIND rankings AS ranking
DETACH DELETE ranking
