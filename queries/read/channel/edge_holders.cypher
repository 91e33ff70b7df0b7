// about:   The edges that at least min_support of all a model's classes have, each with its classes, for counting the
//          motifs of several groups. Channels that too few classes have are dropped first.
// params:  model: string, min_support: int
// returns: source: string, target: string, classes: set<int>
// units:   classes are indexes
// example: model=summit-inceptionv1 min_support=100
MATCH (source:Channel {model: $model})<-[:HAS_CHANNEL]-()
WITH source, count(*) AS support
WHERE support >= $min_support
MATCH (source)-[edge:ATTRIBUTES]->(target)
WITH source, target, collect(edge.class_id) AS held
WHERE size(held) >= $min_support
RETURN source.id AS source, target.id AS target, [class IN held | toInteger(last(split(class, '/')))] AS classes
ORDER BY source, target
