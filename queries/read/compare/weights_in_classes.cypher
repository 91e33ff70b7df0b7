// about:   In how many pictures of each of several classes the sources of some channels are among the top influences on them, whether
//          or not the classes' graphs have those edges: one row per class and channel that has any.
// params:  classes: list<string>, targets: list<string>
// returns: class: string, target: string, sources: list<int>, weights: list<int>
// units:   sources are indexes within the layer below, ascending, aligned with weights, which are numbers of pictures
// example: classes=sample/0,sample/1 targets=sample/middle/0,sample/middle/1
MATCH (class:ImageClass)-[edge:INFLUENCED]->(target:Channel)
WHERE class.id IN $classes AND target.id IN $targets
WITH class.id AS class, target.id AS target, edge.sources AS sources, edge.weights AS weights
ORDER BY class, target
RETURN class AS class, target AS target, sources AS sources, weights AS weights
