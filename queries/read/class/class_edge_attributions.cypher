// about:   Edges by attribution: from which channels of the layer below the attribution of a class's graph's channels comes,
//          as `summit check --edges` counted it; one row per target.
// params:  class: string
// returns: target: string, layer: string, index: int, sources: list<int>, counts: list<int>, pictures: int, seed: int
// units:   sources are channel indexes within the layer below, ascending, also of channels that the class's graph lacks; counts,
//          aligned, are the numbers of pictures in which the source is among the five that contribute most to the target's
//          attribution (docs/truth.md), of as many as pictures says. A channel that is missing among the sources was in none
// example: class=sample/0
MATCH (:ImageClass {id: $class})-[edge:ATTRIBUTED_FROM]->(channel:Channel)
WITH channel.layer_index AS height, channel.index AS index, channel, edge
ORDER BY height, index
RETURN channel.id AS target, channel.layer AS layer, index AS index, edge.sources AS sources, edge.counts AS counts,
       edge.pictures AS pictures, edge.seed AS seed
