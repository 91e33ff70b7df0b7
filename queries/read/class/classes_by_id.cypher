// about:   Some classes, by id.
// params:  classes: list<string>
// returns: id: string, index: int, name: string, wnid: string?, images: int?, accuracy: float?
// units:   accuracy is the share of the class's pictures that are classified correctly (0..1)
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295
UNWIND $classes AS wanted
MATCH (class:ImageClass {id: wanted})
RETURN class.id AS id, class.index AS index, class.name AS name, class.wnid AS wnid, class.images AS images,
       class.top1_accuracy AS accuracy
ORDER BY index, id
