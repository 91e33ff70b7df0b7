// about:   One ScoredRanking node per id, "<class>/<score>/<layer>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_scored_ranking IF NOT EXISTS FOR (node:ScoredRanking) REQUIRE node.id IS UNIQUE
