// about:   Remove the influences of some classes (I).
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (:ImageClass {id: id})-[edge:INFLUENCED]->()
DELETE edge
