// about:   Add the numbers of pictures in which channels of a layer are among a class's top influences on channels of
//          the layer above (I).
// params:  class: string, model: string, lower: string, upper: string, sources: list<int>, targets: list<int>,
//          weights: list<int>
// returns: nothing
// units:   sources and targets are channel indexes within the lower and the upper layer, aligned with weights, which are
//          numbers of pictures
MATCH (:Layer {id: $model + '/' + $lower})<-[:OF_LAYER]-(channel:Channel)
WITH channel ORDER BY channel.index
WITH collect(channel) AS lower
MATCH (:Layer {id: $model + '/' + $upper})<-[:OF_LAYER]-(channel:Channel)
WITH lower, channel ORDER BY channel.index
WITH lower, collect(channel) AS upper
UNWIND range(0, size($sources) - 1) AS at
WITH lower[$sources[at]] AS source, upper[$targets[at]] AS target, $weights[at] AS weight
CREATE (source)-[:INFLUENCES {class_id: $class, weight: weight}]->(target)
