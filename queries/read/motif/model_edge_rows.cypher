// about:   The edges that at least min_support of all a model's classes have, each with its classes and weights, for
//          mining motifs. Channels that too few classes have are dropped first.
// params:  model: string, min_support: int
// returns: source: string, target: string, classes: list<int>, weights: list<int>
// units:   classes are indexes, ascending; weights are numbers of pictures, aligned with classes
// example: model=summit-inceptionv1 min_support=100
MATCH (source:Channel {model: $model})<-[:HAS_CHANNEL]-()
WITH source, count(*) AS support
WHERE support >= $min_support
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
