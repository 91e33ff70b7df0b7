// about:   Set algebra over the channels of several classes' attribution graphs, with the classes that have each.
// params:  classes: list<string>, operation: string, at_least: int
// returns: channel: string, layer: string, index: int, classes: list<string>, counts: list<int>,
//          pageranks: list<float>
// units:   operation is INTERSECTION, UNION, DIFFERENCE (the first class minus the others), SYMMETRIC_DIFFERENCE (an odd
//          number of the classes) or AT_LEAST (at_least classes); counts are numbers of pictures
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295 operation=INTERSECTION at_least=1
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE class.id IN $classes
WITH channel, class.id AS class, class.index AS position, vertex.count AS count, vertex.pagerank AS pagerank
ORDER BY position
WITH channel, collect(class) AS classes, collect(count) AS counts, collect(pagerank) AS pageranks
WHERE $operation = 'UNION'
   OR ($operation = 'INTERSECTION' AND size(classes) = size($classes))
   OR ($operation = 'DIFFERENCE' AND classes = [$classes[0]])
   OR ($operation = 'SYMMETRIC_DIFFERENCE' AND size(classes) % 2 = 1)
   OR ($operation = 'AT_LEAST' AND size(classes) >= $at_least)
WITH channel.id AS channel, channel.layer AS layer, channel.layer_index AS height, channel.index AS index, classes, counts,
     pageranks
ORDER BY height DESC, index
RETURN channel AS channel, layer AS layer, index AS index, classes AS classes, counts AS counts, pageranks AS pageranks
