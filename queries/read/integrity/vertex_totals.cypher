// about:   How many channels each class's attribution graph has in the database, for the classes of a model that have any.
// params:  model: string
// returns: class: string, vertices: int
// example: model=summit-inceptionv1
MATCH (class:ImageClass {model: $model})-[vertex:HAS_CHANNEL]->(:Channel)
RETURN class.id AS class, count(vertex) AS vertices
ORDER BY class
