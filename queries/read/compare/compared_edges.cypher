// about:   Set algebra over the edges of several classes' attribution graphs, with the classes that have each.
// params:  classes: list<string>, operation: string, at_least: int
// returns: source: string, target: string, classes: list<string>, weights: list<int>
// units:   operation as in compared_channels; weights are numbers of pictures
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295 operation=INTERSECTION at_least=1
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id IN $classes
WITH source, target, edge.class_id AS class, edge.weight AS weight
ORDER BY size(class), class
WITH source, target, collect(class) AS classes, collect(weight) AS weights
WHERE $operation = 'UNION'
   OR ($operation = 'INTERSECTION' AND size(classes) = size($classes))
   OR ($operation = 'DIFFERENCE' AND classes = [$classes[0]])
   OR ($operation = 'SYMMETRIC_DIFFERENCE' AND size(classes) % 2 = 1)
   OR ($operation = 'AT_LEAST' AND size(classes) >= $at_least)
WITH source.id AS source, target.id AS target, classes, weights
ORDER BY source, target
RETURN source AS source, target AS target, classes AS classes, weights AS weights
