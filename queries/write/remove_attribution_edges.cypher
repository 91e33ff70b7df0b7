// about:   Remove the edges of the attribution graphs of some classes.
// params:  classes: list<string>
// returns: nothing
MATCH ()-[edge:ATTRIBUTES]->()
WHERE edge.class_id IN $classes
DELETE edge
