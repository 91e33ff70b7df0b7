// about:   Take back how often channels are among the top activated ones of some classes (A).
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[edge:ACTIVATES]->()
WHERE class.id IN $classes
DELETE edge
