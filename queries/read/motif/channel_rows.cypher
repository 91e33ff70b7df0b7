// about:   The channels that at least min_support of some classes have, each with its classes and counts.
// params:  classes: list<string>, min_support: int
// returns: channel: string, classes: list<int>, counts: list<int>
// units:   classes are indexes, ascending; counts are numbers of pictures, aligned with classes
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295,summit-inceptionv1/296,summit-inceptionv1/297
//          min_support=2
MATCH (class:ImageClass)-[vertex:HAS_CHANNEL]->(channel:Channel)
WHERE class.id IN $classes
WITH channel.id AS channel, class.index AS class, vertex.count AS count
ORDER BY channel, class
WITH channel, collect(class) AS classes, collect(count) AS counts
WHERE size(classes) >= $min_support
RETURN channel AS channel, classes AS classes, counts AS counts
ORDER BY channel
