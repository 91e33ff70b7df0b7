// about:   Put maps of a model's classes in place of those that its layers have; rows hold id (the layer's) and the
//          properties of a LayerEmbedding (queries/map/stored.py).
// params:  model: string, rows: list<map>
// returns: nothing
UNWIND $rows AS row
MATCH (layer:Layer {id: row.id})
MERGE (embedding:LayerEmbedding {id: row.id})
SET embedding.model = $model, embedding += row
MERGE (layer)-[:HAS_EMBEDDING]->(embedding)
