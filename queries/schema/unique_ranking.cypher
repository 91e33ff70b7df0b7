// about:   One LayerRanking node an id, "<class>/<layer>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_ranking IF NOT EXISTS FOR (node:LayerRanking) REQUIRE node.id IS UNIQUE
