// about:   Take the digests of some subsets' graphs away, so that `summit subset` writes them again.
// params:  graphs: list<string>
// returns: nothing
// units:   graphs are ids of SubsetGraph nodes
UNWIND $graphs AS id
MATCH (graph:SubsetGraph {id: id})
SET graph.graph_digest = null
