// about:   One Layer node per id.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_layer IF NOT EXISTS FOR (node:Layer) REQUIRE node.id IS UNIQUE
