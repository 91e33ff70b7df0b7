// about:   One Adjacency node per class and layer.
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_adjacency IF NOT EXISTS FOR (node:Adjacency) REQUIRE node.id IS UNIQUE
