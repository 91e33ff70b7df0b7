// about:   The edges from some channels that at least min_support of all their model's classes have, each with its
//          classes and weights, for comparing the motifs of one group with all other classes.
// params:  sources: list<string>, min_support: int
// returns: source: string, target: string, classes: list<int>, weights: list<int>
// units:   classes are indexes, ascending; weights are numbers of pictures, aligned with classes
// example: sources=summit-inceptionv1/mixed4c/415,summit-inceptionv1/mixed4c/219 min_support=20
MATCH (source:Channel)
WHERE source.id IN $sources
MATCH (source)-[edge:ATTRIBUTES]->(target)
WITH source, target, collect(edge.class_id) AS held, collect(edge.weight) AS weights
WHERE size(held) >= $min_support
UNWIND range(0, size(held) - 1) AS place
WITH source.id AS source, target.id AS target, toInteger(last(split(held[place], '/'))) AS class,
     weights[place] AS weight
ORDER BY source, target, class
WITH source, target, collect(class) AS classes, collect(weight) AS weights
RETURN source AS source, target AS target, classes AS classes, weights AS weights
ORDER BY source, target
