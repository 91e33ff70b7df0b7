// about:   How many layers of compact adjacency and of ranked channels each class of a model has in the database.
// params:  model: string
// returns: class: string, adjacency: int, rankings: int
// units:   adjacency and rankings are numbers of Adjacency and LayerRanking nodes: one per layer where they are complete
// example: model=sample
MATCH (class:ImageClass {model: $model})
OPTIONAL MATCH (class)-[:HAS_ADJACENCY]->(adjacency:Adjacency)
WITH class, count(adjacency) AS adjacency
OPTIONAL MATCH (class)-[:HAS_RANKING]->(ranking:LayerRanking)
RETURN class.id AS class, adjacency AS adjacency, count(ranking) AS rankings
ORDER BY class
