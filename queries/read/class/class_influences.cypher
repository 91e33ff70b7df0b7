// about:   The number of pictures in which channels are among a class's top influences on others (I), one row per layer
//          and channel.
// params:  class: string
// returns: layer: string, target: int, sources: list<int>, weights: list<int>
// units:   target is a channel's index within the layer, sources are such indexes within the layer below, ascending,
//          aligned with weights, which are numbers of pictures
// example: class=sample/0
MATCH (source)-[edge:INFLUENCES]->(target)
WHERE edge.class_id = $class
WITH target.layer_index AS height, target.layer AS layer, target.index AS target, source.index AS source,
     edge.weight AS weight
ORDER BY height, target, source
WITH height, layer, target, collect(source) AS sources, collect(weight) AS weights
RETURN layer AS layer, target AS target, sources AS sources, weights AS weights
ORDER BY height, target
