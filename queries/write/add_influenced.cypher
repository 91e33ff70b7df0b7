// about:   Add the numbers of pictures in which channels of the layer below are among a class's top influences on channels of
//          a layer (I), one relationship per target channel; rows hold target, sources and weights.
// params:  class: string, layer: string, rows: list<map>
// returns: nothing
// units:   layer is an id; targets are channel indexes within it, sources such indexes within the layer below, ascending,
//          aligned with weights, which are numbers of pictures
MATCH (class:ImageClass {id: $class})
MATCH (:Layer {id: $layer})<-[:OF_LAYER]-(channel:Channel)
WITH class, channel ORDER BY channel.index
WITH class, collect(channel) AS channels
UNWIND $rows AS row
WITH class, channels[row.target] AS target, row
CREATE (class)-[:INFLUENCED {sources: row.sources, weights: row.weights}]->(target)
