// about:   The edges of the attribution graphs of some classes, one row a class.
// params:  classes: list<string>
// returns: class: string, sources: list<string>, targets: list<string>, weights: list<int>
// units:   weights are numbers of pictures, aligned with sources and targets
// example: classes=["summit-inceptionv1/294"]
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH edge.class_id AS class, source.id AS source, target.id AS target, edge.weight AS weight
ORDER BY class, source, target
RETURN class AS class, collect(source) AS sources, collect(target) AS targets, collect(weight) AS weights
ORDER BY class
