// about:   Chains of `length` channels (2 to 64), each in a higher layer than the last, whose edges at least min_support
//          of some classes all have. Edges that are too rare are dropped first; then chains grow edge by edge with
//          their classes.
// params:  classes: list<string>, length: int, min_support: int, limit: int
// returns: sources: list<string>, targets: list<string>, support: int, classes: list<string>
// units:   edge i goes from sources[i] to targets[i]; support is a number of classes, those that have all the edges
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297 length=4
//          min_support=3 limit=20
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes AND $length >= 2
WITH source, target, collect(edge.class_id) AS held
WHERE size(held) >= $min_support
WITH collect({source: source.id, target: target.id, held: held}) AS edges
WITH reduce(
       chains = [edge IN edges | {path: [edge.source, edge.target], held: edge.held}],
       step IN range(3, $length) |
       reduce(longer = [], chain IN chains |
         longer + [next IN [edge IN edges WHERE edge.source = last(chain.path) |
                            {path: chain.path + edge.target, held: [class IN chain.held WHERE class IN edge.held]}]
                   WHERE size(next.held) >= $min_support])
     ) AS chains
UNWIND chains AS chain
WITH chain.path AS path, chain.held AS held, size(chain.held) AS support
ORDER BY support DESC, path
LIMIT $limit
RETURN path[0..-1] AS sources, path[1..] AS targets, support AS support,
       [class IN $classes WHERE class IN held] AS classes
