// about:   Change what is known of classes besides their counts, if it differs; rows hold id, digest and properties.
// params:  rows: list<map>
// returns: changed: int
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
WHERE class.about_digest IS NULL OR class.about_digest <> row.digest
SET class += row.properties, class.about_digest = row.digest
RETURN count(class) AS changed
