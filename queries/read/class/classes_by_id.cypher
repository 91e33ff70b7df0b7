// about:   Some classes, by id.
// params:  classes: list<string>
// returns: id: string, index: int, name: string, wnid: string?, images: int?, accuracy: float?,
//          has_graph: bool
// units:   accuracy is the share of the class's pictures that are classified correctly (0..1); has_graph:
//          whether it has an attribution graph by activation, be it one without channels
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295
UNWIND $classes AS wanted
MATCH (class:ImageClass {id: wanted})
RETURN class.id AS id, class.index AS index, class.name AS name, class.wnid AS wnid, class.images AS images,
       class.top1_accuracy AS accuracy, class.graph_digest IS NOT NULL AS has_graph
ORDER BY index, id
