// about:   Record that the counts of some classes (A, I, R and contributions) are not whole; the totals they were written with stay.
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (class:ImageClass {id: id})
SET class.counts_digest = null
