// about:   Add pairs of channels to a model's channel graph.
// params:  model: string, lower: string, upper: string, sources: list<int>, targets: list<int>, classes: list<int>,
//          weights: list<int>
// returns: nothing
// units:   sources and targets are channel indexes within the lower and the upper layer, aligned with classes (how many have the
//          influence) and weights (their numbers of pictures, summed)
MATCH (:Layer {id: $model + '/' + $lower})<-[:OF_LAYER]-(channel:Channel)
WITH channel ORDER BY channel.index
WITH collect(channel) AS lower
MATCH (:Layer {id: $model + '/' + $upper})<-[:OF_LAYER]-(channel:Channel)
WITH lower, channel ORDER BY channel.index
WITH lower, collect(channel) AS upper
UNWIND range(0, size($sources) - 1) AS at
WITH lower[$sources[at]] AS source, upper[$targets[at]] AS target, $classes[at] AS classes, $weights[at] AS weight
CREATE (source)-[:INFLUENCES {classes: classes, weight: weight}]->(target)
