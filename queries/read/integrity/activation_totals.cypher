// about:   How many activation counts (A) each class has in the database, for the classes of a model that have any.
// params:  model: string
// returns: class: string, activations: int
// units:   activations is a number of ACTIVATES relationships
// example: model=sample
MATCH (class:ImageClass {model: $model})-[activation:ACTIVATES]->(:Channel)
RETURN class.id AS class, count(activation) AS activations
ORDER BY class
