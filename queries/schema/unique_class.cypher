// about:   One ImageClass node per id.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_class IF NOT EXISTS FOR (node:ImageClass) REQUIRE node.id IS UNIQUE
