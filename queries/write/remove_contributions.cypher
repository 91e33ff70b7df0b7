// about:   Remove what channels contribute to the scores of some classes.
// params:  classes: list<string>
// returns: nothing
UNWIND $classes AS id
MATCH (:Channel)-[edge:CONTRIBUTES_TO]->(:ImageClass {id: id})
WITH collect(edge) AS edges // ArcadeDB skips some of what it reads and deletes at once
UNWIND edges AS edge
DELETE edge
