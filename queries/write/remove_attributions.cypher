// about:   Remove the attribution counts of some classes (R).
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (:ImageClass {id: id})-[edge:ATTRIBUTED_TO]->()
WITH collect(edge) AS edges // ArcadeDB skips some of what it reads and deletes at once
UNWIND edges AS edge
DELETE edge
