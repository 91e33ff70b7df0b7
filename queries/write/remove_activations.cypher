// about:   Remove the activations of some classes (A).
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[edge:ACTIVATES]->()
WHERE class.id IN $classes
DELETE edge
