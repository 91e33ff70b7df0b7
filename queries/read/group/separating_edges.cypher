// about:   The edges that separate one group of classes from another: frequent in the first, rare in the second.
// params:  classes: list<string>, others: list<string>, min_support: int, limit: int
// returns: source: string, target: string, here: int, there: int, here_share: float, there_share: float,
//          difference: float
// units:   here and there are numbers of classes, here at least min_support; shares are of each group (0..1),
//          difference is here_share minus there_share; a class of both groups counts for the first
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          others=summit-inceptionv1/281,summit-inceptionv1/282,summit-inceptionv1/283,summit-inceptionv1/284
//          min_support=2 limit=10
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH source, target, count(edge) AS here
WHERE here >= $min_support
WITH source, collect({target: target, here: here}) AS pairs
OPTIONAL MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $others AND NOT edge.class_id IN $classes
WITH source, pairs, target, count(edge) AS there
WITH source, pairs, collect({target: target, there: there}) AS counts
UNWIND pairs AS pair
WITH source, pair, coalesce(head([count IN counts WHERE count.target = pair.target | count.there]), 0) AS there,
     size([other IN $others WHERE NOT other IN $classes]) AS others
WITH source.id AS source, pair.target.id AS target, pair.here AS here, there,
     toFloat(pair.here) / size($classes) AS here_share,
     CASE WHEN others = 0 THEN 0.0 ELSE toFloat(there) / others END AS there_share
WITH source, target, here, there, here_share, there_share, here_share - there_share AS difference
ORDER BY difference DESC, here DESC, source, target
LIMIT $limit
RETURN source AS source, target AS target, here AS here, there AS there, here_share AS here_share,
       there_share AS there_share, difference AS difference
