// about:   One Model node per id.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_model IF NOT EXISTS FOR (node:Model) REQUIRE node.id IS UNIQUE
