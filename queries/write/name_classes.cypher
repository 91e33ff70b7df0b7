// about:   Give classes their WordNet ids and names; rows hold id, wnid and name.
// params:  rows: list<map>
// returns: changed: int
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
WHERE class.name <> row.name OR coalesce(class.wnid, '') <> coalesce(row.wnid, '')
SET class.name = row.name, class.wnid = row.wnid
RETURN count(class) AS changed
