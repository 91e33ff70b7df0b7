// about:   The edges of one class's attribution graph, strongest first.
// params:  class: string
// returns: source: string, target: string, weight: int
// units:   weight is a number of pictures
// example: class=summit-inceptionv1/294
MATCH (source)-[edge:ATTRIBUTES]->(target)
WHERE edge.class_id = $class
RETURN source.id AS source, target.id AS target, edge.weight AS weight
ORDER BY weight DESC, source, target
