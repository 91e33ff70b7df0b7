// about:   A model's channel graph, the pairs whose targets are some channels of one layer: one row per target.
// params:  layer: string, lowest: int, highest: int
// returns: target: int, sources: list<int>, classes: list<int>, weights: list<int>
// units:   layer is an id; targets are channel indexes from lowest to highest; sources are indexes within the layer
//          below, ascending, aligned with classes (how many have the influence) and weights (their pictures, summed)
// example: layer=sample/middle lowest=0 highest=3
MATCH (:Layer {id: $layer})<-[:OF_LAYER]-(target:Channel)
WHERE target.index >= $lowest AND target.index <= $highest
MATCH (target)<-[edge:INFLUENCES]-(source:Channel)
WITH target.index AS target, source.index AS source, edge.classes AS classes, edge.weight AS weight
ORDER BY target, source
WITH target, collect(source) AS sources, collect(classes) AS classes, collect(weight) AS weights
RETURN target AS target, sources AS sources, classes AS classes, weights AS weights
ORDER BY target
