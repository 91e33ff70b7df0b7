// about:   Forget which channels of the layer below attribution comes from, for some classes.
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (:ImageClass {id: id})-[edge:ATTRIBUTED_FROM]->(:Channel)
WITH collect(edge) AS edges // ArcadeDB skips some of what it reads and deletes at once
UNWIND edges AS edge
DELETE edge
