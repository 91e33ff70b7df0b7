// about:   Which state the database is in: the marks of the last transaction that wrote to it.
// params:  none
// returns: mark: string?, settled: string?
// units:   mark is set within each transaction, settled after it; where they are equal, all that was written is to be seen
MATCH (schema:Schema {id: 'summit'})
RETURN schema.revision AS mark, schema.settled AS settled
ORDER BY mark
