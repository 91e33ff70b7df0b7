// about:   One LayerRanking node per id, "<class>/<layer>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_ranking IF NOT EXISTS FOR (node:LayerRanking) REQUIRE node.id IS UNIQUE
