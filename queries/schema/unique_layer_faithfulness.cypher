// about:   One LayerFaithfulness node per id, "<class>/<score>/<layer>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_layer_faithfulness IF NOT EXISTS FOR (node:LayerFaithfulness) REQUIRE node.id IS UNIQUE
