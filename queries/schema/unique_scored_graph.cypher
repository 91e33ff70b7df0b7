// about:   One ScoredGraph node per id, "<class>/<score>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_scored_graph IF NOT EXISTS FOR (node:ScoredGraph) REQUIRE node.id IS UNIQUE
