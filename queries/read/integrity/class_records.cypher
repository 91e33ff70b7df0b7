// about:   Everything that is kept on the classes of a model: names, statistics, digests, and the totals they were written with.
// params:  model: string
// returns: class: string, index: int, record: map
// example: model=sample
MATCH (class:ImageClass {model: $model})
RETURN class.id AS class, class.index AS index, properties(class) AS record
ORDER BY index
