// about:   Record which version of the data model the database is in, and which backup is being restored into it.
// params:  version: int, restoring: string?
// returns: nothing
// units:   restoring is the backup's digest, null when it is whole
MERGE (schema:Schema {id: 'summit'})
SET schema.version = $version, schema.restoring = $restoring
