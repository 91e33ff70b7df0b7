// about:   One SubsetGraph node per id, "<class>/<score>/<subset>".
// params:  none
// returns: nothing
CREATE CONSTRAINT unique_subset_graph IF NOT EXISTS FOR (node:SubsetGraph) REQUIRE node.id IS UNIQUE
