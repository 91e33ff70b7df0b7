// about:   What class_influences tells, without kinds, for programs that read the influences of many classes.
// params:  class: string
// returns: layer: string, target: int, sources: list<int>, weights: list<int>
// units:   target is a channel's index within the layer, sources are such indexes within the layer below, ascending,
//          aligned with weights, which are numbers of pictures
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[edge:INFLUENCED]->(channel:Channel)
WITH channel.layer_index AS height, channel.index AS target, channel, edge
ORDER BY height, target
RETURN channel.layer AS layer, target AS target, edge.sources AS sources, edge.weights AS weights
ORDER BY height, target
