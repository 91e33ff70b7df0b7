// about:   How many of some classes have each edge, and how many of a subset of them, for edges that at least
//          min_support have.
// params:  classes: list<string>, part: list<string>, min_support: int
// returns: source: string, target: string, support: int, here: int
// units:   support and here are numbers of classes; here counts only those in `part`
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          part=summit-inceptionv1/294,summit-inceptionv1/295 min_support=4
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH source, target, count(*) AS support, sum(CASE WHEN edge.class_id IN $part THEN 1 ELSE 0 END) AS here
WHERE support >= $min_support
RETURN source.id AS source, target.id AS target, support AS support, here AS here
ORDER BY source, target
