// about:   How many edges each class's attribution graph has in the database, for the classes of a model that have any.
// params:  model: string
// returns: class: string, edges: int
// example: model=summit-inceptionv1
MATCH (:Channel {model: $model})-[edge:ATTRIBUTES]->(:Channel)
RETURN edge.class_id AS class, count(edge) AS edges
ORDER BY class
