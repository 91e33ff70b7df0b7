// about:   Put the graph of some of a class's pictures in place of the one that the class has of this subset.
// params:  class: string, id: string, properties: map
// returns: nothing
// units:   properties are those of queries/graphs/subset/stored.py: the channels and edges of the graph as lists, its digests
//          and thresholds, and how it differs from the graph of the other pictures
MATCH (class:ImageClass {id: $class})
MERGE (graph:SubsetGraph {id: $id})
SET graph += $properties
MERGE (class)-[:HAS_SUBSET]->(graph)
