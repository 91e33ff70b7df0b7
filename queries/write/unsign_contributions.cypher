// about:   Record that contributions to the scores of some classes are not whole; the seal that they were written with stays.
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (class:ImageClass {id: id})
SET class.contribution_count = null
