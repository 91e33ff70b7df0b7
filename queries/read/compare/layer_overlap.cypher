// about:   How much of each layer several classes share: for each layer and class, the channels of the class, those of
//          all classes together, those that every class has, and the ratio of the last two (Jaccard).
// params:  classes: list<string>
// returns: layer: string, class: string, channels: int, shared: int, total: int, jaccard: float
// units:   channels, shared and total are numbers of channels; jaccard is shared / total (0..1)
// example: classes=summit-inceptionv1/294,summit-inceptionv1/295
MATCH (class:ImageClass)-[:HAS_CHANNEL]->(channel:Channel)
WHERE class.id IN $classes
WITH channel, collect(class.id) AS holders
WITH channel.layer AS layer, channel.layer_index AS height, collect(holders) AS lists
UNWIND $classes AS class
WITH layer, height, class, size([holders IN lists WHERE class IN holders]) AS channels,
     size([holders IN lists WHERE size(holders) = size($classes)]) AS shared, size(lists) AS total
ORDER BY height, class
RETURN layer AS layer, class AS class, channels AS channels, shared AS shared, total AS total,
       toFloat(shared) / total AS jaccard
