// about:   The version of the data model that the database is in, and the backup it is being restored from.
// params:  none
// returns: version: int?, restoring: string?
// units:   no row where nothing says so: version 1; restoring is null unless a restore is under way or was cut off
MATCH (schema:Schema)
RETURN schema.version AS version, schema.restoring AS restoring
ORDER BY version DESC
