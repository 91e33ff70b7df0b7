// about:   Diamonds, two paths of two edges from one channel to another, in at least min_support of some classes.
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
UNWIND [edge IN edges WHERE edge.source = one.source AND edge.target > one.target] AS other
WITH edges, one, other, [class IN one.held WHERE class IN other.held] AS held
WHERE size(held) >= $min_support
UNWIND [edge IN edges WHERE edge.source = one.target] AS above
UNWIND [edge IN edges WHERE edge.source = other.target AND edge.target = above.target] AS beside
WITH one.source AS bottom, one.target AS left, other.target AS right, above.target AS top,
     [class IN held WHERE class IN above.held AND class IN beside.held] AS held
WHERE size(held) >= $min_support
WITH bottom, left, right, top, held, size(held) AS support
ORDER BY support DESC, bottom, left, right, top
LIMIT $limit
RETURN [bottom, bottom, left, right] AS sources, [left, right, top, top] AS targets, support AS support,
       [class IN $classes WHERE class IN held] AS classes
