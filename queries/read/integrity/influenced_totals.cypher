// about:   On how many channels each class of a model has influences in the database (I).
// params:  model: string
// returns: class: string, influenced: int
// units:   influenced is a number of INFLUENCED relationships
// example: model=sample
MATCH (class:ImageClass {model: $model})
RETURN class.id AS class, COUNT { (class)-[:INFLUENCED]->() } AS influenced
ORDER BY class
