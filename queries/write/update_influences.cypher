// about:   Change pairs of a model's channel graph.
// params:  model: string, lower: string, upper: string, sources: list<int>, targets: list<int>, classes: list<int>,
//          weights: list<int>
// returns: changed: int
// units:   those of add_influences; changed is a number of relationships: less than were given where some are lost, more
//          where some are there twice
MATCH (:Layer {id: $model + '/' + $lower})<-[:OF_LAYER]-(channel:Channel)
WITH channel ORDER BY channel.index
WITH collect(channel) AS lower
MATCH (:Layer {id: $model + '/' + $upper})<-[:OF_LAYER]-(channel:Channel)
WITH lower, channel ORDER BY channel.index
WITH lower, collect(channel) AS upper
UNWIND range(0, size($sources) - 1) AS at
WITH lower[$sources[at]] AS source, upper[$targets[at]] AS target, $classes[at] AS classes, $weights[at] AS weight
MATCH (source)-[edge:INFLUENCES]->(target)
SET edge.classes = classes, edge.weight = weight
RETURN count(edge) AS changed
