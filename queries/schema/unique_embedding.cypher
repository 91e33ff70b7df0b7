// about:   One LayerEmbedding node an id, that of its layer.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_embedding IF NOT EXISTS FOR (node:LayerEmbedding) REQUIRE node.id IS UNIQUE
