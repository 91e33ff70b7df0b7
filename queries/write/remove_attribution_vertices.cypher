// about:   Remove all channels from the attribution graphs of some classes.
// params:  classes: list<string>
// returns: nothing
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->()
WHERE class.id IN $classes
WITH collect(vertex) AS vertices // ArcadeDB skips some of what it reads and deletes at once
UNWIND vertices AS vertex
DELETE vertex
