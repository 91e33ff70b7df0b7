// about:   Forget what a probe found about a model, because its counts are others now.
// params:  model: string
// returns: nothing
MATCH (:Model {id: $model})-[:HAS_PROBE]->(found:LayerProbe)
WITH collect(found) AS nodes // ArcadeDB skips some of what it reads and deletes at once
UNWIND nodes AS node
DETACH DELETE node
