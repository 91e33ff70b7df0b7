// about:   Edges that at least min_support of some classes have in their attribution graphs, most shared first.
// params:  classes: list<string>, min_support: int, limit: int
// returns: sources: list<string>, targets: list<string>, support: int, classes: list<string>
// units:   edge i goes from sources[i] to targets[i]; support is a number of classes, those that have all the edges
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          min_support=3 limit=20
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH source, target, collect(edge.class_id) AS held
WHERE size(held) >= $min_support
WITH source.id AS source, target.id AS target, held, size(held) AS support
ORDER BY support DESC, source, target
LIMIT $limit
RETURN [source] AS sources, [target] AS targets, support AS support,
       [class IN $classes WHERE class IN held] AS classes
