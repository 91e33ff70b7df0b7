// about:   Add the compact adjacency of a class, one row a layer (queries/graphs/adjacency.py): a copy of its influences in lists
//          that PageRank and extraction read at once. One that lost its class is taken over.
// params:  class: string, rows: list<map>
// returns: nothing
// units:   starts are places in the lists beside them, sources and targets channel indexes, weights numbers of pictures
MATCH (class:ImageClass {id: $class})
UNWIND $rows AS row
MERGE (adjacency:Adjacency {id: row.id})
SET adjacency += row
MERGE (class)-[:HAS_ADJACENCY]->(adjacency)
