// about:   Remove the influences of some classes (I).
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (:ImageClass {id: id})-[edge:INFLUENCED]->()
WITH collect(edge) AS edges // ArcadeDB skips some of what it reads and deletes at once
UNWIND edges AS edge
DELETE edge
