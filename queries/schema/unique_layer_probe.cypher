// about:   One LayerProbe node per id, "<model>/<layer>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_layer_probe IF NOT EXISTS FOR (node:LayerProbe) REQUIRE node.id IS UNIQUE
