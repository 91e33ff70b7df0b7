// about:   One Channel node an id.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_channel IF NOT EXISTS FOR (node:Channel) REQUIRE node.id IS UNIQUE
