// about:   Mark that a transaction changes the database; the last statement of each.
// params:  mark: string
// returns: nothing
MATCH (schema:Schema {id: 'summit'})
SET schema.revision = $mark
