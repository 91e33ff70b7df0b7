// about:   Create classes that do not exist yet, named after their index until a class list names them.
// params:  model: string, rows: list<map>
// returns: nothing
MATCH (model:Model {id: $model})
UNWIND $rows AS row
MERGE (class:ImageClass {id: row.id})
ON CREATE SET class.model = $model, class.index = row.index, class.name = 'class ' + toString(row.index)
MERGE (class)-[:OF_MODEL]->(model)
