// about:   How many channels' contributions to its score each class has in the database, for the classes of a model that have
//          any.
// params:  model: string
// returns: class: string, contributions: int
// units:   contributions is a number of CONTRIBUTES_TO relationships
// example: model=sample
MATCH (class:ImageClass {model: $model})<-[edge:CONTRIBUTES_TO]-(:Channel)
RETURN class.id AS class, count(edge) AS contributions
ORDER BY class
