// about:   Record that a transaction is committed and to be seen, unless another one came after it.
// params:  mark: string
// returns: nothing
MATCH (schema:Schema {id: 'summit'})
WHERE schema.revision = $mark
SET schema.settled = $mark
