// about:   One ClassGroup node per id.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_group IF NOT EXISTS FOR (node:ClassGroup) REQUIRE node.id IS UNIQUE
