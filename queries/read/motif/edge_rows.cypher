// about:   The edges that at least min_support of some classes have, each with its classes and weights, for mining
//          motifs. For more than a few hundred classes, model_edge_rows is faster and contains them all.
// params:  classes: list<string>, min_support: int
// returns: source: string, target: string, classes: list<int>, weights: list<int>
// units:   classes are indexes, ascending; weights are numbers of pictures, aligned with classes
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          min_support=2
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH source, target, collect(edge.class_id) AS held, collect(edge.weight) AS weights
WHERE size(held) >= $min_support
UNWIND range(0, size(held) - 1) AS place
WITH source.id AS source, target.id AS target, toInteger(last(split(held[place], '/'))) AS class,
     weights[place] AS weight
ORDER BY source, target, class
WITH source, target, collect(class) AS classes, collect(weight) AS weights
RETURN source AS source, target AS target, classes AS classes, weights AS weights
ORDER BY source, target
