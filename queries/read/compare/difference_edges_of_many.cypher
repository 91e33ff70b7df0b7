// about:   The same as difference_edges, faster for more than a few hundred classes of one model.
// params:  classes: list<string>, first: int, limit: int
// returns: source: string, target: string, first: float, second: float, difference: float
// units:   as in difference_edges
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295 first=1 limit=10
MATCH (class:ImageClass)
WHERE class.id IN $classes
WITH class.model AS model, max(class.index) AS most,
     collect([class.index, class.id IN $classes[0..$first],
              coalesce(class.largest_weight, class.images, class.least_images)]) AS members
WITH model, [index IN range(0, most) | head([member IN members WHERE member[0] = index])] AS members // by index
MATCH (source:Channel {model: model})-[edge:ATTRIBUTES]->(target)
WITH source, target, edge.weight AS weight, members[toInteger(last(split(edge.class_id, '/')))] AS member
WHERE member IS NOT NULL
WITH source, target, member[1] AS inside, 1.0 * weight / member[2] AS share
WITH source, target, sum(CASE WHEN inside THEN share ELSE 0.0 END) / $first AS first,
     sum(CASE WHEN inside THEN 0.0 ELSE share END) / (size($classes) - $first) AS second
WITH source.id AS source, target.id AS target, first, second, first - second AS difference
ORDER BY abs(difference) DESC, source, target
LIMIT $limit
RETURN source AS source, target AS target, first AS first, second AS second, difference AS difference
