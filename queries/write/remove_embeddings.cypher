// about:   Remove the maps of a model's layers, except those of some layers.
// params:  model: string, except: list<string>
// returns: nothing
// units:   except holds ids of layers
MATCH (embedding:LayerEmbedding {model: $model})
WHERE NOT embedding.id IN $except
WITH collect(embedding) AS embeddings // ArcadeDB skips some of what it reads and deletes at once
UNWIND embeddings AS embedding
DETACH DELETE embedding
