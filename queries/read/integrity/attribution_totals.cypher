// about:   How many attribution counts (R) each class has in the database, for the classes of a model that have any.
// params:  model: string
// returns: class: string, attributions: int
// units:   attributions is a number of ATTRIBUTED_TO relationships
// example: model=sample
MATCH (class:ImageClass {model: $model})-[attribution:ATTRIBUTED_TO]->(:Channel)
RETURN class.id AS class, count(attribution) AS attributions
ORDER BY class
