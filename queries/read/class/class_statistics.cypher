// about:   How sure the network is of the pictures of some classes, and what it takes them for, as counting kept it.
// params:  classes: list<string>
// returns: class: string, output: int?, images: int?, truth: list<int>?, top: list<int>?, confused_outputs: list<int>?,
//          confused_names: list<string>?, confused_images: list<int>?
// units:   output is the network's output that stands for the class, null where none does; truth and top are numbers of
//          pictures by the probability of the class itself and by the highest one, in bins of equal width over 0..1;
//          confused_outputs are those with the highest score in most pictures, most first, with their names and numbers
//          of pictures, the class's own output among them; null where nothing was counted, a name is empty where it is
//          unknown
// example: classes=sample/0,sample/1
MATCH (class:ImageClass)
WHERE class.id IN $classes
RETURN class.id AS class, class.output AS output, class.images AS images, class.probability_histogram AS truth,
       class.top_probability_histogram AS top, class.confused_outputs AS confused_outputs,
       class.confused_names AS confused_names, class.confused_images AS confused_images
ORDER BY class
