// about:   Remove the activations of some classes (A).
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[edge:ACTIVATES]->()
WHERE class.id IN $classes
WITH collect(edge) AS edges // ArcadeDB skips some of what it reads and deletes at once
UNWIND edges AS edge
DELETE edge
