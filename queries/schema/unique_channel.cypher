// about:   One Channel node per id.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_channel IF NOT EXISTS FOR (node:Channel) REQUIRE node.id IS UNIQUE
