// about:   Signed difference of two groups of classes (or of two classes) by channel: the mean share of pictures in the
//          first group's attribution graphs minus that in the second's; largest difference first.
// params:  classes: list<string>, first: int, limit: int
// returns: channel: string, first: float, second: float, difference: float
// units:   the first group is the first `first` of the classes, the second the others; shares of a class's pictures
//          (0..1), 0 for a class without the channel; if the number of pictures is unknown, the largest count or weight
//          in the class's graph is used, the largest count where weights are no pictures; difference is -1..1
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295 first=1 limit=10
MATCH (class:ImageClass)
WHERE class.id IN $classes
WITH class, class.id IN $classes[0..$first] AS inside,
     coalesce(class.images, class.largest_count, class.least_images) AS images
MATCH (class)-[vertex:HAS_CHANNEL]->(channel:Channel)
WITH channel, inside, 1.0 * vertex.count / images AS share
WITH channel, sum(CASE WHEN inside THEN share ELSE 0.0 END) / $first AS first,
     sum(CASE WHEN inside THEN 0.0 ELSE share END) / (size($classes) - $first) AS second
WITH channel.id AS channel, first, second, first - second AS difference
ORDER BY abs(difference) DESC, channel
LIMIT $limit
RETURN channel AS channel, first AS first, second AS second, difference AS difference
