// about:   Put graphs by a score other than activation in place of those that their ScoredGraph nodes hold, or mark them; rows
//          hold id and properties.
// params:  rows: list<map>
// returns: nothing
// units:   properties are those of queries/graphs/scored.py: the channels and edges of the graph as lists, its digests, totals
//          and thresholds
UNWIND $rows AS row
MATCH (graph:ScoredGraph {id: row.id})
SET graph += row.properties
