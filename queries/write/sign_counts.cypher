// about:   Record what the counts of some classes (A and I) were loaded from, or that they are not whole; rows hold id and
//          digest, null where they are not whole.
// params:  rows: list<map>
// returns: nothing
UNWIND $rows AS row
MATCH (class:ImageClass {id: row.id})
SET class.counts_digest = row.digest
