// about:   Signed difference of two groups of classes (or of two classes) by edge: the mean share of pictures in the
//          first group's attribution graphs minus that in the second's; largest difference first.
// params:  classes: list<string>, first: int, limit: int
// returns: source: string, target: string, first: float, second: float, difference: float
// units:   the first group is the first `first` of the classes, the second the others; shares of a class's pictures
//          (0..1), 0 for a class without the edge; if the number of pictures is unknown, the largest count or weight in
//          the class's graph is used, and the largest weight where weights are no pictures; difference is -1..1
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295 first=1 limit=10
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH edge.class_id AS id, collect({source: source.id, target: target.id, weight: edge.weight}) AS edges
MATCH (class:ImageClass {id: id})
UNWIND edges AS edge
WITH edge.source AS source, edge.target AS target, id IN $classes[0..$first] AS inside,
     1.0 * edge.weight / coalesce(class.largest_weight, class.images, class.least_images) AS share
WITH source, target, sum(CASE WHEN inside THEN share ELSE 0.0 END) / $first AS first,
     sum(CASE WHEN inside THEN 0.0 ELSE share END) / (size($classes) - $first) AS second
WITH source, target, first, second, first - second AS difference
ORDER BY abs(difference) DESC, source, target
LIMIT $limit
RETURN source AS source, target AS target, first AS first, second AS second, difference AS difference
