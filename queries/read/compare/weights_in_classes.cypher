// about:   In how many pictures of each of several classes the sources of some edges are among the top influences on their targets,
//          whether or not the classes' graphs have those edges: one row per class and target that has any.
// params:  classes: list<string>, targets: list<string>, source_indexes: list<int>
// returns: class: string, target: string, sources: list<int>, weights: list<int>
// units:   sources are indexes within the layer below: source_indexes are aligned with targets, one pair an edge; sources
//          are ascending and aligned with weights, which are numbers of pictures. An edge that a row lacks has weight 0
// example: classes=sample/0,sample/1 targets=sample/middle/0,sample/middle/0,sample/middle/1 source_indexes=0,1,2
UNWIND range(0, size($targets) - 1) AS place
WITH $targets[place] AS target, collect($source_indexes[place]) AS asked
MATCH (channel:Channel {id: target})<-[edge:INFLUENCED]-(class:ImageClass)
WHERE class.id IN $classes
WITH class.id AS class, target, asked, edge.sources AS sources, edge.weights AS weights
WITH class, target, sources, weights, [place IN range(0, size(sources) - 1) WHERE sources[place] IN asked] AS places
WHERE size(places) > 0
WITH class, target, [place IN places | sources[place]] AS sources, [place IN places | weights[place]] AS weights
ORDER BY class, target
RETURN class AS class, target AS target, sources AS sources, weights AS weights
