// about:   Those of some classes that have an attribution graph by activation, be it one without channels.
// params:  classes: list<string>
// returns: index: int
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295
UNWIND $classes AS wanted
MATCH (class:ImageClass {id: wanted})
WHERE class.graph_digest IS NOT NULL
RETURN class.index AS index
ORDER BY index
