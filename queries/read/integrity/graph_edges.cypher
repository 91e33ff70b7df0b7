// about:   The edges of the attribution graphs of some classes, one row a class.
// params:  classes: list<string>
// returns: class: string, sources: list<string>, targets: list<string>, weights: list<int>,
//          edge_probabilities: list<float>?
// units:   weights are numbers of pictures, aligned with sources and targets, as are edge_probabilities, null where
//          they are not known
// example: classes=["summit-inceptionv1/294"]
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH edge.class_id AS class, source.id AS source, target.id AS target, edge.weight AS weight,
     edge.probability AS probability
ORDER BY class, source, target
WITH class, collect(source) AS sources, collect(target) AS targets, collect(weight) AS weights,
     collect(probability) AS known
RETURN class AS class, sources AS sources, targets AS targets, weights AS weights,
       CASE WHEN size(known) = size(sources) THEN known END AS edge_probabilities
ORDER BY class
