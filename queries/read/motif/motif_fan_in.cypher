// about:   Pairs of channels that lead to the same channel (fan-in) in at least min_support of some classes.
// params:  classes: list<string>, min_support: int, limit: int
// returns: sources: list<string>, targets: list<string>, support: int, classes: list<string>
// units:   edge i goes from sources[i] to targets[i]; support is a number of classes, those that have all the edges
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          min_support=3 limit=20
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH source, target, collect(edge.class_id) AS held
WHERE size(held) >= $min_support
WITH collect({source: source.id, target: target.id, held: held}) AS edges
UNWIND edges AS one
UNWIND [edge IN edges WHERE edge.target = one.target AND edge.source > one.source] AS other
WITH one.source AS left, other.source AS right, one.target AS top,
     [class IN one.held WHERE class IN other.held] AS held
WHERE size(held) >= $min_support
WITH left, right, top, held, size(held) AS support
ORDER BY support DESC, left, right, top
LIMIT $limit
RETURN [left, right] AS sources, [top, top] AS targets, support AS support,
       [class IN $classes WHERE class IN held] AS classes
