// about:   Put names, notes and saved views in place of those with the same ids; rows hold all properties of an
//          Annotation (queries/notes/record.py).
// params:  rows: list<map>
// returns: nothing
UNWIND $rows AS row
MERGE (kept:Annotation {id: row.id})
SET kept = row
